"""`headroom shell-init bash|zsh|fish`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headroom_cli.fail import fail

if TYPE_CHECKING:
    from headroom_shell import Alias, Command, Option, Variable

_UPSTREAMS = ("anthropic", "openai", "gemini")
"""Whose requests the service takes without being told where they go."""


def shell_init(
    shell: Annotated[str, typer.Argument(help="bash, zsh or fish.", metavar="bash|zsh|fish")],
    aliases: Annotated[
        bool, typer.Option("--aliases", help="Also turn agents into `headroom wrap AGENT`.")
    ] = False,
    save: Annotated[
        bool, typer.Option("--save", help="Keep it in a file, and print the line for the shell's start file.")
    ] = False,
) -> None:
    """Print what a shell evaluates: base URLs while the service runs, none while it does not, and completions.

    Base URLs that you set yourself stay. With --save no program is started when a shell starts.
    Exit code: 2 for another shell.
    """
    from headroom_shell import SHELLS

    if shell not in SHELLS:
        fail(f"shell-init {shell}: known are {', '.join(SHELLS)}")
    text = script(shell, with_aliases=aliases)
    if not save:
        typer.echo(text, nl=False)
        return
    _save(shell, text)


def script(shell: str, *, with_aliases: bool) -> str:
    """Return what a shell evaluates, for the state folder in force."""
    import headroom
    from headroom import settings
    from headroom_service import state
    from headroom_shell import SHELLS, Script

    return SHELLS[shell].script(
        Script(
            headroom.__version__,
            str(state.running_file(settings.state_dir())),
            list(_variables()),
            list(_aliases()) if with_aliases else [],
            commands(),
        )
    )


def _save(shell: str, text: str) -> None:
    from headroom import settings
    from headroom_service import footprint
    from headroom_shell import SHELLS

    folder = settings.state_dir() / "shell"
    file = folder / f"init.{shell}"
    try:
        for made in (folder.parent, folder):
            if not made.is_dir():
                made.mkdir(mode=0o700, parents=True)
        footprint.write(file, text.encode())
    except OSError as error:
        fail(f"{file}: {error.strerror or error}; HEADROOM_HOME names another folder")
    typer.echo(SHELLS[shell].line(str(file)))
    typer.echo(f"put this line into {SHELLS[shell].start_file}", err=True)


def _variables() -> "Iterable[Variable]":
    """Yield what points agents at the service: the variables of their wrappers that they can do without."""
    from headroom_shell import Variable
    from headroom_wrappers import AGENTS

    found: dict[str, Variable] = {}
    for agent in AGENTS.values():
        usable = {name: base for name, base in agent.base_url.items() if _is_usable(base.upstream, base.if_set)}
        if agent.provider is not None or agent.refused or not usable:
            continue
        for name, base in usable.items():
            found.setdefault(name, Variable(name, base.path))
        for name, value in agent.keep_on.items():
            found.setdefault(name, Variable(name, fixed=value))
    yield from found.values()


def _is_usable(upstream: str, if_set: bool) -> bool:
    return upstream in _UPSTREAMS and not if_set


def _aliases() -> "Iterable[Alias]":
    from headroom_shell import Alias
    from headroom_wrappers import AGENTS

    for name, agent in AGENTS.items():
        if agent.provider is None and not agent.refused:
            yield Alias(agent.command[0], name)


def commands() -> "list[Command]":
    """Return every command of ours, for completions."""
    from typer.main import get_command

    from headroom_cli.main import app
    from headroom_wrappers import AGENTS

    known = _known() | {"AGENT|COMMAND": tuple(name for name, agent in AGENTS.items() if not agent.refused)}
    return _inner(get_command(app), known)


def _known() -> dict[str, tuple[str, ...]]:
    """Return what may stand for a metavariable, by its name."""
    from headroom.policy import LEVELS, MODES
    from headroom_shell import SHELLS

    shells = tuple(SHELLS)
    return {"LEVEL": tuple(LEVELS), "MODE": tuple(MODES), "BACKEND": ("bedrock",), "|".join(shells): shells}


def _inner(of: Any, known: Mapping[str, tuple[str, ...]]) -> "list[Command]":
    """Read a group of commands. Its types are click's, which some versions of typer bring along themselves."""
    from headroom_shell import Command

    return [
        Command(
            name,
            one.short_help or one.help or "",
            tuple(_option(par, known) for par in one.params if par.param_type_name == "option" and not par.hidden),
            next((known[par.metavar] for par in one.params if _is_known_argument(par, known)), ()),
            tuple(_inner(one, known)) if hasattr(one, "commands") else (),
            passes_on=one.context_settings.get("allow_interspersed_args") is False,
        )
        for name, one in of.commands.items()
        if not one.hidden
    ]


def _is_known_argument(par: Any, known: Mapping[str, tuple[str, ...]]) -> bool:
    return par.param_type_name == "argument" and par.metavar in known


def _option(of: Any, known: Mapping[str, tuple[str, ...]]) -> "Option":
    from headroom_shell import Option

    return Option(tuple(of.opts), of.help or "", not of.is_flag, known.get(of.metavar or "", ()))
