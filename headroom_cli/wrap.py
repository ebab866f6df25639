"""`headroom wrap AGENT [ARGUMENTS...]`."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.hidden import without_secrets
from headroom_cli.options import Backend, Mode, Region, meant, wrapped
from headroom_cli.source import Code, Level, policy

if TYPE_CHECKING:
    from headroom_wrappers import Agent

Intercept = Annotated[
    bool, typer.Option("--intercept", help="Set no base URL; lead the agent's HTTPS to the proxy instead.")
]


def wrap(
    agent: Annotated[
        str,
        typer.Argument(help="The agent to run, see `headroom agents`; or any command.", metavar="AGENT|COMMAND"),
    ],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="The agent's own, flags too, after one -- or not.", metavar="ARGUMENTS"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be set, and start nothing.")
    ] = False,
    level: Level = None,
    code: Code = False,
    mode: Mode = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Change nothing; say at the end what would have been saved.")
    ] = False,
    backend: Backend = None,
    region: Region = None,
    intercept: Intercept = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no summary at the end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, to stderr.")] = False,
) -> None:
    """Run an agent behind a private proxy, and print what the session saved.

    Options of headroom stand before the agent's name; what follows it belongs to the agent, --help too, but for
    one -- right behind the name. Behind `headroom wrap -- ...` every argument reaches the command as it is. For a
    command that is no known agent the common variables with base URLs are set.
    Exit code: the agent's own; 2 when it cannot be started.
    """
    from headroom.settings import SettingError
    from headroom_wrappers import launch
    from headroom_wrappers.environment import without_service

    spec = _row(agent)
    rest = agents_own(agent, arguments or [], sys.argv)
    environ = os.environ if spec.outlives(rest) else without_service(os.environ)
    if audit and mode not in (None, "audit"):
        fail(f"--audit is --mode audit, and excludes --mode {mode}")
    flags = own_flags(level, code, "audit" if audit else mode, backend, region)
    policy(level)
    _check_region(region, backend)
    try:
        if dry_run:
            _show_plan(spec, rest, environ, flags, intercept=intercept)
            return
        is_shown = not quiet and not as_json and _has_terminal()
        _warn(spec, environ)
        heard = _say if is_shown else lambda _line: None
        ended = launch.wrap(spec, rest, environ, _say, heard, flags, intercept=intercept)
    except (launch.CannotStart, SettingError) as error:
        fail(str(error))
    if ended.log and (as_json or is_shown):
        _tell(spec, ended.log, as_json=as_json)
    raise typer.Exit(ended.exit_code)


def agents_own(agent: str, arguments: Sequence[str], argv: Sequence[str]) -> list[str]:
    """Return the arguments that reach the agent: all of them, but for a -- that only parts them from its name.

    Args:
        arguments: what stands behind the agent's name.
        argv: the whole command line: the parser does not tell whether a -- stood before the name already.
    """
    is_parted = list(argv[-len(arguments) - 2 :]) == ["--", agent, *arguments]
    return list(arguments[1:] if arguments[:1] == ["--"] and not is_parted else arguments)


def _show_plan(
    spec: "Agent",
    arguments: list[str],
    environ: Mapping[str, str],
    flags: Mapping[str, object],
    *,
    intercept: bool,
) -> None:
    """Print what would be set, without passwords: it is what people show to others. Raises CannotStart."""
    from headroom_wrappers import launch

    launch.check(spec)
    launch.executable(spec, environ)
    for line in launch.describe(spec, arguments, environ, flags, intercept=intercept):
        typer.echo(without_secrets(line))


def _has_terminal() -> bool:
    """Tell whether somebody reads what we print to standard error, which is None where it is closed."""
    return sys.stderr is not None and sys.stderr.isatty()


def _row(name: str) -> "Agent":
    """Return what there is to say of an agent, or of any command. Exits where there is neither."""
    from headroom_wrappers import AGENTS, find, shims

    spec = find(name)
    if spec.name not in AGENTS and not shims.find(name, os.environ):
        fail(f"unknown agent {name!r}, and no such command; {meant(name, wrapped())}")
    return spec


def _check_region(region: str | None, backend: str | None) -> None:
    """End with exit code 2 for a region that nothing would use."""
    from headroom.settings import load, working_folder

    if region and not backend and not load(folder=working_folder())["proxy.backend"]:
        fail("--region is Bedrock's: give --backend bedrock, too")


def _warn(spec: "Agent", environ: Mapping[str, str]) -> None:
    """Say what is known against the installed version of an agent behind a proxy."""
    from headroom_cli.doctor_faults import faults_of
    from headroom_wrappers import shims
    from headroom_wrappers.versions import version_of

    found = shims.find(spec.command[0], environ)
    version = version_of(Path(found)) if found else ""
    for fault in faults_of(spec.name, version):
        _say(f"headroom: {spec.title} {version}: {fault.what}; {fault.fixed_in} or later has it right")


def _tell(spec: "Agent", log: Path, *, as_json: bool) -> None:
    """Print what the session saved, or that nothing came by, and the likely reason."""
    with suppress(OSError):  # nobody reads it any more: the exit code stays the agent's
        _show(spec, log, as_json=as_json)


def _show(spec: "Agent", log: Path, *, as_json: bool) -> None:
    from headroom import session_log
    from headroom.session_log import events
    from headroom_cli import show

    with suppress(OSError):  # the summary says so
        lines = session_log.read(log).events
        if not as_json and not any(isinstance(event, (events.Request, events.Error)) for event in lines):
            likely = f"; else: {spec.bypass}" if spec.bypass else ", or something else sets its base URL"
            _say(f"headroom: no traffic seen in this session: {spec.title} asked no model{likely}")
            return
    show.session_summary(log, as_json)


def own_flags(
    level: str | None, code: bool, mode: str | None, backend: str | None, region: str | None
) -> dict[str, object]:
    """Return the settings that the options of `wrap` and `proxy` stand for."""
    given = {
        "compress.level": level,
        "compress.code_mode": code,
        "proxy.mode": mode,
        "proxy.backend": backend,
        "bedrock.region": region,
    }
    return {name: value for name, value in given.items() if value}


def _say(line: str) -> None:
    with suppress(OSError):  # nobody reads it, which keeps no agent from its start
        typer.echo(line, err=True)
