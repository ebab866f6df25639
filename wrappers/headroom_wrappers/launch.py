"""`headroom wrap`: a private proxy, the agent under it, and the truth about the session at the end."""

import os
import shlex
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import headroom
from headroom import session_log, settings
from headroom_wrappers import environment, foreground
from headroom_wrappers.private import remove_private, write_private
from headroom_wrappers.proxy_process import ProxyFailed, ProxyProcess
from headroom_wrappers.spec import Agent, Session


class CannotStart(RuntimeError):
    """The agent cannot be started; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a wrapped session ended."""

    exit_code: int
    log: Path | None
    """The session's log; None when the agent ran without headroom."""


def executable(agent: Agent, environ: Mapping[str, str]) -> str:
    """Return the agent's executable. Raises CannotStart when there is none, or it may not be executed."""
    command = agent.command[0]
    found = shutil.which(command, path=environ.get("PATH", os.defpath))
    if found:
        return found
    there = shutil.which(command, mode=os.F_OK, path=environ.get("PATH", os.defpath))
    if there:
        raise CannotStart(f"{there} is not executable: chmod +x {there}")
    raise CannotStart(f"{agent.title} ({command}) is not on your PATH: {agent.install}")


def upstream_flags(
    agent: Agent, environ: Mapping[str, str], cwd: Path, arguments: Sequence[str]
) -> dict[str, object]:
    """Return the settings that make the base URL the user already had our upstream."""
    if settings.load(environ=environ, folder=cwd).origins["upstream.anthropic"] != "default":
        return {}  # what the user told headroom itself wins
    url = environ.get(agent.upstream, "") if agent.upstream else ""
    if agent.configured_base_url:
        url = agent.configured_base_url(environ, cwd, arguments) or url
    return {"upstream.anthropic": url} if url else {}


def wrap(
    agent: Agent,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    say: Callable[[str], None],
    started: Callable[[str], None] = lambda _line: None,
    own_flags: Mapping[str, object] | None = None,
) -> Ended:
    """Run an agent behind a proxy of its own; without one, and saying so, if the proxy cannot start.

    Args:
        arguments: the user's, for the agent.
        say: prints one line that the user must see.
        started: prints one line that says that all is well.
        own_flags: settings by name, from headroom's own options.

    Raises:
        CannotStart: the agent is not there.
        SettingError: a setting is wrong.
    """
    command = executable(agent, environ)
    settings.load(own_flags, environ, folder=Path.cwd())
    with ExitStack() as stack:
        flags = {**(own_flags or {}), **upstream_flags(agent, environ, Path.cwd(), arguments)}
        if agent.provider:
            flags["upstream.anthropic"] = stack.enter_context(agent.provider())
        try:
            log, proxy = _start_proxy(agent, flags, environ)
        except (ProxyFailed, OSError) as error:
            say(f"headroom: the proxy cannot start ({error}); {agent.title} runs without it")
            direct = dict(environ)
            if agent.provider:
                direct |= {name: str(flags["upstream.anthropic"]) for name in agent.base_url}
            return Ended(_run([command, *agent.command[1:], *arguments], direct, lambda _: None), None)
        session = _session(proxy.base_url, log, arguments, environ)
        started(f"headroom: {agent.title} behind 127.0.0.1:{proxy.port}, session {log.stem}")
        began = time.time()
        exit_code = 1
        try:
            start = environment.plan(agent, session, log)
            if start.private_text:
                write_private(session.private_file, start.private_text)
            exit_code = _run([command, *start.argv[1:]], dict(environ) | dict(start.changes), proxy.tell_agent)
        finally:
            proxy.stop()
            with suppress(OSError):
                remove_private(session.private_file)
            with suppress(OSError):  # the log ends without its last line
                session_log.append(log, session_log.end_event(exit_code, time.time() - began, "exit"))
        return Ended(exit_code, log)


def _run(argv: Sequence[str], env: Mapping[str, str], started: Callable[[int], None]) -> int:
    try:
        return foreground.run(argv, env, started)
    except OSError as error:
        raise CannotStart(f"{argv[0]} cannot be executed: {error.strerror}") from None


def _start_proxy(
    agent: Agent, flags: Mapping[str, object], environ: Mapping[str, str]
) -> tuple[Path, ProxyProcess]:
    """Begin a session log and start the proxy that writes it. Raises ProxyFailed or OSError."""
    folder = Path.cwd()
    values = settings.load(flags, environ, agent.upstream, folder)
    upstream = values["upstream.anthropic"]
    log = session_log.new_session(
        settings.state_dir(environ),
        agent=agent.name,
        cwd=str(folder),
        version=headroom.__version__,
        policy=values.policy(),
        upstream=upstream,
        mode=values["proxy.mode"],
    )

    def note(what: str) -> None:
        with suppress(OSError):
            session_log.append(log, session_log.error_event("proxy", what))

    # It starts in our working folder, so it finds the same project.
    proxy = ProxyProcess({"flags": dict(flags), "session_log": str(log)}, environ, note)
    proxy.wait_ready()
    return log, proxy


def _session(base_url: str, log: Path, arguments: Sequence[str], environ: Mapping[str, str]) -> Session:
    state = settings.state_dir(environ)
    private = state / "run" / f"{log.stem}.json"
    return Session(base_url, state / "store" / "originals", tuple(arguments), environ, Path.cwd(), private)


def describe(agent: Agent, arguments: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Return what `wrap` would do, as lines that a shell could nearly run. Nothing is started."""
    flags = upstream_flags(agent, environ, Path.cwd(), arguments)
    upstream = (
        "an embedded provider"
        if agent.provider
        else settings.load(flags, environ, agent.upstream, Path.cwd())["upstream.anthropic"]
    )
    log = settings.state_dir(environ) / "sessions" / "ID.jsonl"
    session = _session("http://127.0.0.1:PORT/s/SECRET", log, arguments, environ)
    start = environment.plan(agent, session, log)
    return [
        f"# upstream: {upstream}",
        *(f"{name}={shlex.quote(value)}" for name, value in start.changes.items()),
        shlex.join(start.argv),
    ]
