"""`headroom doctor`: is it on, is it healthy, and where was the prompt cache lost."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from headroom_cli.doctor_findings import OK, PROBLEM, Finding, is_broken, show_findings
from headroom_cli.fail import fail
from headroom_cli.options import AsJson
from headroom_cli.page import Page, console


@dataclass(frozen=True, slots=True)
class Where:
    """What is looked at."""

    environ: Mapping[str, str]
    root: Path
    """The state folder."""
    port: int | None
    """Where a proxy should be listening, if one is to be asked."""
    agent: str | None
    """Which real agent the self-test runs, if any."""
    has_selftest: bool


def doctor(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="With --cache: one captured request, or two to compare."),
    ] = None,
    cache: Annotated[bool, typer.Option("--cache", help="Where the prompt cache was lost, and why.")] = False,
    port: Annotated[
        int | None, typer.Option("--port", help="Where a proxy should be listening.", metavar="PORT")
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option("--agent", help="Send the self-test through this agent itself, too.", metavar="NAME"),
    ] = None,
    self_test: Annotated[
        bool, typer.Option("--self-test/--no-self-test", help="Whether a marked request is sent on the way.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Check the installation; with --cache, say where the prompt cache was lost, what it cost, and why.

    The self-test sends a marked request as a wrapped agent would, to a provider of its own on this machine.
    Exit code: 1 when a check found a problem; 2 when the call, a setting or a file is wrong.
    """
    if files and not cache:
        fail("files are read with --cache: `headroom doctor --cache FILE.json`")
    if files and len(files) > 2:
        fail("name one captured request, or two to compare")
    from headroom import settings
    from headroom_cli import doctor_agent_run, doctor_cache

    page = Page(console())
    if files:
        doctor_cache.show_captured([(name, doctor_cache.captured(name)) for name in files], page, as_json=as_json)
    elif cache:
        doctor_cache.show_caching(doctor_cache.caching(), page, as_json=as_json)
    else:
        if agent is not None and agent not in doctor_agent_run.QUESTIONS:
            fail(f"--agent knows how to ask {', '.join(doctor_agent_run.QUESTIONS)}, not {agent}")
        where = Where(os.environ, settings.state_dir(), port, agent, self_test)
        findings = list(examine(where))
        show_findings(findings, page, as_json=as_json)
        if is_broken(findings):
            raise typer.Exit(1)


def examine(where: Where) -> Iterator[Finding]:
    """Yield what every check found, in order. A check that cannot look is a problem, and stops no other."""
    for name, check in CHECKS.items():
        try:
            yield from check(where)
        except OSError as error:
            told = f"{error.filename or where.root}: {error.strerror or error}"
            yield Finding(name, PROBLEM, told, f"see that it is yours: ls -la {error.filename or where.root}")


def _setup(_where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_setup

    return doctor_setup.check()


def _state(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_state

    return doctor_state.check(where.root)


def _store(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_store

    return doctor_store.check(where.root)


def _edits(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_edits

    return doctor_edits.check(where.root)


def _sessions(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_sessions

    return doctor_sessions.check(where.root)


def _trust(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_trust

    return doctor_trust.check(where.environ, where.root)


def _service(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_service

    return doctor_service.check(where.environ, where.root)


def _proxy(where: Where) -> Iterator[Finding]:
    from headroom_cli.doctor_health import health

    if where.port is not None:
        is_up, told = health(f"http://127.0.0.1:{where.port}")
        todo = "" if is_up else f"start it: headroom proxy --port {where.port}"
        yield Finding("proxy", OK if is_up else PROBLEM, told, todo)


def _agents(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_agents

    return doctor_agents.check(where.environ)


def _environment(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_environment

    return doctor_environment.check(where.environ)


def _selftest(where: Where) -> Iterator[Finding]:
    from headroom_cli import doctor_agent_run, doctor_selftest

    if where.has_selftest:
        yield from doctor_selftest.check(where.environ)
    if where.agent is not None:
        yield from doctor_agent_run.check(where.agent, where.environ)


CHECKS: Mapping[str, Callable[[Where], Iterator[Finding]]] = {
    "setup": _setup,
    "state": _state,
    "store": _store,
    "edits": _edits,
    "sessions": _sessions,
    "trust": _trust,
    "service": _service,
    "proxy": _proxy,
    "agents": _agents,
    "environment": _environment,
    "self-test": _selftest,
}
"""What is looked at, in this order. Each imports what it needs when it runs."""
