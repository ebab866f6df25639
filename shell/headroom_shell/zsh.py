"""The script for zsh, from 5.0 on."""

import shlex
from collections.abc import Iterable

from headroom_shell import posix
from headroom_shell.spec import Command, Script, described, first_words, paths

_TOP = """\
# headroom {version}, for zsh. Made by `headroom shell-init zsh`.
"""

_PROMPT = """\
typeset -ga precmd_functions
case " ${precmd_functions[*]-} " in
  *' __headroom_refresh '*) ;;
  *) precmd_functions+=(__headroom_refresh) ;;
esac
__headroom_refresh
"""

_COMPLETE = """\
__headroom_value() {{
  offered=()
  case $1 in
{values}    *) return 1 ;;
  esac
}}
_headroom() {{
  local at='' n=2 argument=0 word=$words[CURRENT]
  local -a offered
  while (( n < CURRENT )); do
    if ! __headroom_value "$at/$words[n-1]"; then
      case $at:$words[n] in
        *:-*) ;;
        :*) at=$words[n] ;;
{groups}        *) argument=1 ;;
      esac
    fi
    (( n++ ))
  done
  if ! __headroom_value "$at/$words[CURRENT-1]"; then
    case $at/$argument/$word in
{cases}    esac
  fi
  if (( $#offered )); then _describe headroom offered; else _files; fi
}}
(( ${{+functions[compdef]}} )) && compdef _headroom headroom
"""


def script(of: Script) -> str:
    """Return what zsh evaluates. Completions need compinit before it."""
    parts = (
        _TOP.format(version=of.version),
        posix.exports(of),
        posix.aliases(of),
        posix.command(of),
        _completions(of),
        _PROMPT,
    )
    return "\n".join(part for part in parts if part)


def _completions(of: Script) -> str:
    flat = [("", Command("headroom", commands=tuple(of.commands))), *paths(of.commands)]
    groups = [
        f'        {command.name}:*) at="{command.name} $words[n]" ;;\n'
        for path, command in flat
        if path and command.commands
    ]
    values = [
        f"    {'|'.join(shlex.quote(f'{path}/{name}') for name in option.names)}) "
        f"offered=({_offered((choice, '') for choice in option.choices)}) ;;\n"
        for path, command in flat
        for option in command.options
        if option.takes_value
    ]
    cases = [line for path, command in flat for line in _cases(path, command)]
    return _COMPLETE.format(groups="".join(groups), values="".join(values), cases="".join(cases))


def _cases(path: str, command: Command) -> Iterable[str]:
    options = [(name, option.help) for option in command.options for name in option.names]
    if options:
        behind = "0" if command.passes_on else "*"
        yield f"      {shlex.quote(path)}/{behind}/-*) offered=({_offered(options)}) ;;\n"
    helps = {inner.name: inner.help for inner in command.commands}
    first = [(word, helps.get(word, "")) for word in first_words(command)]
    if first:
        yield f"      {shlex.quote(path)}/0/*) offered=({_offered(first)}) ;;\n"


def _offered(words: Iterable[tuple[str, str]]) -> str:
    """Return words as `_describe` takes them: name:description."""
    return " ".join(
        shlex.quote(word.replace(":", "\\:") + (f":{described(told)}" if told else "")) for word, told in words
    )
