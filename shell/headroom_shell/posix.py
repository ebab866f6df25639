"""The part that bash and zsh share: where the service is, what is exported, `headroom` without its own exports.

No program is started: a file is read, `kill -0` asks for the process, and variables are set. A variable that the
user set to something else is never touched. `_headroom_url` is exported too, so that shells started from here
know which values are ours.
"""

import shlex

from headroom_shell.spec import Script

_REFRESH = """\
__headroom_refresh() {{
  local code=$? pid='' url='' rest=''
  if [ -r {file} ]; then
    read -r pid url rest < {file} || :
  fi
  case $pid in '' | *[!0-9]*) url='' ;; *) kill -0 "$pid" 2>/dev/null || url='' ;; esac
  case $url in http://127.0.0.1:*/s/*) ;; *) url='' ;; esac
  if [ "$url" != "${{_headroom_url-}}" ]; then
{let}
    if [ -n "$url" ]; then export _headroom_url="$url"; else unset _headroom_url; fi
  fi
  return "$code"
}}
"""

_LET = """\
    if [ -z "${{{name}-}}" ] || {{ [ -n "${{_headroom_url-}}" ] && [ "${name}" = "$_headroom_url{path}" ]; }}; then
      if [ -n "$url" ]; then export {name}="$url{path}"; else unset {name}; fi
    fi"""

_KEEP = """\
    if [ -n "$url" ] && [ -z "${{{name}-}}" ]; then
      export {name}={fixed} _headroom_{name}=1
    elif [ -z "$url" ] && [ -n "${{_headroom_{name}-}}" ]; then
      unset {name} _headroom_{name}
    fi"""

_WITHOUT = """\
function headroom {
  local -a drop
  drop=()
  if [ "${1-}" = wrap ] && [ -n "${_headroom_url-}" ]; then
%s
  fi
  command env ${drop[@]+"${drop[@]}"} headroom "$@"
}
"""

_DROP = """\
    if [ "${{{name}-}}" = "$_headroom_url{path}" ]; then drop+=(-u {name}); fi"""

_KEPT = """\
    if [ -n "${{_headroom_{name}-}}" ]; then drop+=(-u {name}); fi"""

_ALIAS = """\
  if command -v {command} >/dev/null 2>&1; then alias {command}={to}; fi
"""


def exports(script: Script) -> str:
    """Return the function that sets and unsets the variables, `__headroom_refresh`."""
    let = "\n".join(
        (_KEEP if one.fixed else _LET).format(name=one.name, path=one.path, fixed=shlex.quote(one.fixed))
        for one in script.variables
    )
    return _REFRESH.format(file=shlex.quote(script.running_file), let=let or "    :")


def command(script: Script) -> str:
    """Return the function `headroom`: an agent that it wraps has one proxy, not two in a row.

    By the keyword: `name()` is an error of syntax where the user has an alias of that name.
    """
    drops = [(_KEPT if one.fixed else _DROP).format(name=one.name, path=one.path) for one in script.variables]
    return _WITHOUT % ("\n".join(drops) or "    :")


def aliases(script: Script) -> str:
    """Return the aliases of agents that are installed; none where our own program is gone.

    To stand before `command`, whose function would be found in its place.
    """
    made = "".join(
        _ALIAS.format(command=one.command, to=shlex.quote(f"headroom wrap -- {one.agent}"))
        for one in script.aliases
    )
    return made and f"if command -v headroom >/dev/null 2>&1; then\n{made}fi\n"
