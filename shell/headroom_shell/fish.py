"""The script for fish, from 3.0 on. fish has no `kill` of its own: one program is started for it at each prompt
while a service is announced, none otherwise."""

from collections.abc import Iterable

from headroom_shell.spec import Command, Script, described, first_words, paths

_TOP = """\
# headroom {version}, for fish. Made by `headroom shell-init fish`.
"""

_REFRESH = """\
function __headroom_refresh --on-event fish_prompt
  set -l pid ''
  set -l url ''
  set -l rest ''
  if test -r {file}
    read -d ' ' pid url rest < {file}
  end
  if not string match -qr '^[0-9]+$' -- "$pid"; or not kill -0 $pid 2>/dev/null
    set url ''
  end
  if not string match -q 'http://127.0.0.1:*/s/*' -- "$url"
    set url ''
  end
  if test "$url" = "$_headroom_url"
    return
  end
{let}
  if test -n "$url"
    set -gx _headroom_url $url
  else
    set -e _headroom_url
  end
end
"""

_LET = """\
  if test -z "${name}"; or begin; test -n "$_headroom_url"; and test "${name}" = "$_headroom_url{path}"; end
    if test -n "$url"
      set -gx {name} "$url{path}"
    else
      set -e {name}
    end
  end"""

_KEEP = """\
  if test -n "$url"; and test -z "${name}"
    set -gx {name} {fixed}
    set -gx _headroom_{name} 1
  else if test -z "$url"; and test -n "$_headroom_{name}"
    set -e {name} _headroom_{name}
  end"""

_WITHOUT = """\
function headroom
  set -l drop
  if test "$argv[1]" = wrap; and test -n "$_headroom_url"
{drops}
  end
  command env $drop headroom $argv
end
"""

_DROP = """\
    test "${name}" = "$_headroom_url{path}"; and set -a drop -u {name}"""

_KEPT = """\
    test -n "$_headroom_{name}"; and set -a drop -u {name}"""

_ALIAS = """\
if command -q headroom; and command -q {command}
  function {command} --wraps {command}
    headroom wrap -- {agent} $argv
  end
end
"""

_AT = """\
function __headroom_at
  set -l words (commandline -opc)
  set -e words[1]
  set -l at
  set -l skip
  for word in $words
    if test -n "$skip"
      set skip ''
    else if string match -q -- '-*' $word
      contains -- "$at/$word" {values}; and set skip yes
    else
      set at (string trim -- "$at $word")
    end
  end
  test "$at" = "$argv[1]"; and return
  test "$argv[2]" = behind; and string match -q -- "$argv[1] *" "$at"
end
"""


def script(of: Script) -> str:
    """Return what fish evaluates."""
    let = "\n".join(
        (_KEEP if one.fixed else _LET).format(name=one.name, path=one.path, fixed=quoted(one.fixed))
        for one in of.variables
    )
    drops = "\n".join((_KEPT if one.fixed else _DROP).format(name=one.name, path=one.path) for one in of.variables)
    aliases = "".join(_ALIAS.format(command=one.command, agent=quoted(one.agent)) for one in of.aliases)
    parts = (
        _TOP.format(version=of.version),
        _REFRESH.format(file=quoted(of.running_file), let=let),
        _WITHOUT.format(drops=drops),
        aliases,
        _completions(of),
        "__headroom_refresh\n",
    )
    return "\n".join(part for part in parts if part)


def quoted(text: str) -> str:
    """Return one word in single quotes, where fish knows two escapes: of the quote, and of the backslash."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _completions(of: Script) -> str:
    flat = [("", Command("headroom", commands=tuple(of.commands))), *paths(of.commands)]
    values = [
        quoted(f"{path}/{name}")
        for path, command in flat
        for option in command.options
        if option.takes_value
        for name in option.names
    ]
    lines = [line for path, command in flat for line in _lines(path, command)]
    return _AT.format(values=" ".join(values) or "''") + "\n".join(lines) + "\n"


def _lines(path: str, command: Command) -> Iterable[str]:
    here = f"complete -c headroom -n {quoted(f'__headroom_at {quoted(path)}')}"
    at = f"__headroom_at {quoted(path)}" + ("" if command.passes_on else " behind")
    behind = f"complete -c headroom -n {quoted(at)}"
    helps = {inner.name: inner.help for inner in command.commands}
    for word in first_words(command):
        told = described(helps.get(word, ""))
        yield f"{here} -f -a {quoted(word)}" + (f" -d {quoted(told)}" if told else "")
    for option in command.options:
        flags = " ".join(_flag(name) for name in option.names)
        value = f" -x -a {quoted(' '.join(option.choices))}" if option.choices else " -r" * option.takes_value
        told = described(option.help)
        yield f"{behind} {flags}{value}" + (f" -d {quoted(told)}" if told else "")


def _flag(name: str) -> str:
    return f"-l {quoted(name[2:])}" if name.startswith("--") else f"-s {quoted(name[1:])}"
