"""The script for bash, from the 3.2 of macOS on."""

import shlex
from collections.abc import Iterable

from headroom_shell import posix
from headroom_shell.spec import Command, Script, first_words, paths

_TOP = """\
# headroom {version}, for bash. Made by `headroom shell-init bash`.
# shellcheck shell=bash disable=SC2016
"""

_PROMPT = """\
case ${PROMPT_COMMAND-} in
  *__headroom_refresh*) ;;
  *) PROMPT_COMMAND="__headroom_refresh${PROMPT_COMMAND:+; $PROMPT_COMMAND}" ;;
esac
__headroom_refresh
"""

_COMPLETE = """\
__headroom_value() {{
  case $1 in
{values}    *) return 1 ;;
  esac
}}
__headroom_complete() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} at='' words='' n=1 argument=0 found
  COMPREPLY=()
  while [ "$n" -lt "$COMP_CWORD" ]; do
    if ! __headroom_value "$at/${{COMP_WORDS[n-1]}}"; then
      case $at:${{COMP_WORDS[n]}} in
        *:-*) ;;
        :*) at=${{COMP_WORDS[n]}} ;;
{groups}        *) argument=1 ;;
      esac
    fi
    n=$((n + 1))
  done
  words=''
  if ! __headroom_value "$at/${{COMP_WORDS[COMP_CWORD-1]}}"; then
    case $at/$argument/$word in
{cases}    esac
  fi
  if [ -n "$words" ]; then
    while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -W "$words" -- "$word")
  fi
}}
complete -o bashdefault -o default -F __headroom_complete headroom
"""


def script(of: Script) -> str:
    """Return what bash evaluates."""
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
        f'        {command.name}:*) at="{command.name} ${{COMP_WORDS[n]}}" ;;\n'
        for path, command in flat
        if path and command.commands
    ]
    values = [
        f"    {'|'.join(shlex.quote(f'{path}/{name}') for name in option.names)}) {_words(option.choices)} ;;\n"
        for path, command in flat
        for option in command.options
        if option.takes_value
    ]
    cases = [line for path, command in flat for line in _cases(path, command)]
    return _COMPLETE.format(groups="".join(groups), values="".join(values), cases="".join(cases))


def _cases(path: str, command: Command) -> Iterable[str]:
    options = [name for option in command.options for name in option.names]
    if options:
        behind = "0" if command.passes_on else "*"
        yield f"      {shlex.quote(path)}/{behind}/-*) {_words(options)} ;;\n"
    first = first_words(command)
    if first:
        yield f"      {shlex.quote(path)}/0/*) {_words(first)} ;;\n"


def _words(words: Iterable[str]) -> str:
    return f"words={shlex.quote(' '.join(words))}"
