"""`headroom wrap`: a private proxy, the agent under it, and the truth about the session at the end."""

import os
import shlex
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import headroom
from headroom import session_log, settings
from headroom.settings import Settings
from headroom.system import variables
from headroom_wrappers import environment, foreground, intercepted, journaled, past, shims
from headroom_wrappers.environment import Start
from headroom_wrappers.intercepted import CannotIntercept
from headroom_wrappers.journal import CannotEdit
from headroom_wrappers.private import private, sweep
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


def check(agent: Agent) -> None:
    """Raise CannotStart for an agent that cannot be wrapped; the message says why, and what to do instead.

    So, too, where the working folder was removed under us: the agent could not work there either.
    """
    if agent.refused:
        raise CannotStart(f"{agent.title} cannot be wrapped: {agent.refused}")
    try:
        Path.cwd()
    except OSError:
        raise CannotStart("the working folder is not there any more: cd to one that is") from None


def executable(agent: Agent, environ: Mapping[str, str]) -> str:
    """Return the agent's executable. Raises CannotStart when there is none, or it may not be executed."""
    command = agent.command[0]
    found = shims.find(command, environ)
    if found:
        return found
    there = shutil.which(command, mode=os.F_OK, path=environ.get("PATH", os.defpath))
    if there:
        raise CannotStart(f"{there} is not executable: chmod +x {there}")
    raise CannotStart(f"{agent.title} ({command}) is not on your PATH: {agent.install}")


def flags_for(
    agent: Agent,
    environ: Mapping[str, str],
    cwd: Path,
    arguments: Sequence[str],
    own_flags: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return the settings of a session: headroom's own options, and what the agent's row and the user's setup say.

    What the user had as the agent's base URL becomes our upstream, and the row says how originals are got back.
    What the user told headroom itself wins over both.
    """
    said = settings.load(own_flags, environ, folder=cwd).origins
    urls = environment.upstreams(agent, environ)
    if agent.configured:
        urls |= agent.configured(environ, cwd, arguments)
    found: dict[str, object] = {"retrieval.mode": agent.retrieval}
    found |= {f"upstream.{name}": url for name, url in urls.items() if f"upstream.{name}" in said}
    found = {name: value for name, value in found.items() if said[name] == "default"}
    more = {name: url for name, url in urls.items() if f"upstream.{name}" not in said}
    return found | ({"upstream.more": more} if more else {}) | dict(own_flags or {})


def wrap(
    agent: Agent,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    say: Callable[[str], None],
    started: Callable[[str], None] = lambda _line: None,
    own_flags: Mapping[str, object] | None = None,
    *,
    intercept: bool = False,
) -> Ended:
    """Run an agent behind a proxy of its own; without one, and saying so, if the proxy cannot start.

    Args:
        arguments: the user's, for the agent.
        say: prints one line that the user must see.
        started: prints one line that says that all is well.
        own_flags: settings by name, from headroom's own options.
        intercept: lead its HTTPS to the proxy, in place of giving it a base URL.

    Raises:
        CannotStart: the agent is not there, or what is to answer it, or what is to intercept it.
        SettingError: a setting is wrong.
    """
    check(agent)
    command = executable(agent, environ)
    if agent.outlives(arguments):
        _say_if(say, past.outliving(agent))
        return Ended(_directly(agent, command, arguments, environ), None)
    _check_backend(settings.load(own_flags, environ, folder=Path.cwd()), environ)
    agent, urls = _led(agent, arguments, environ, say, intercept=intercept)
    with ExitStack() as stack, _edits():
        journaled.prepare(agent, arguments, environ, say)
        flags = flags_for(agent, environ, Path.cwd(), arguments, own_flags)
        if urls is not None:
            flags["upstream.more"] = intercepted.more(flags, environ, Path.cwd(), urls)
        if agent.provider:
            flags["upstream.anthropic"] = stack.enter_context(agent.provider())
        try:
            log, proxy = _start_proxy(agent, flags, environ)
            session, start = _planned(stack, agent, log, proxy, arguments, environ)
        except (ProxyFailed, OSError) as error:
            say(f"headroom: the proxy cannot start ({error}); {agent.title} runs without it")
            own = environment.pointed(agent, str(flags["upstream.anthropic"]), {}) if agent.provider else {}
            return Ended(_directly(agent, command, arguments, {**environ, **own}), None)
        came = stack.enter_context(foreground.held_back())
        started(f"headroom: {agent.title} behind 127.0.0.1:{proxy.port}, session {log.stem}")
        began, exit_code = time.time(), 1
        try:
            changes = {**start.changes, **_intercept(stack, proxy.base_url, log, environ, urls)}
            journaled.begin(stack, agent, session, say)
            argv = [command, *start.argv[1:]]
            exit_code = _run(argv, variables.merged(environ, changes), proxy.tell_agent, came)
        finally:
            proxy.stop()
            _leave_nothing(session)
            _say_if(say, past.left_running(agent, command, proxy.base_url))
            with suppress(OSError):  # the log ends without its last line
                session_log.append(log, session_log.end_event(exit_code, time.time() - began, "exit"))
        return Ended(exit_code, log)


def _leave_nothing(session: Session) -> None:
    """Remove the private file while signals are held back; where it cannot be yet, its block does it."""
    with suppress(OSError):
        session.private_file.unlink()


def _led(
    agent: Agent,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    say: Callable[[str], None],
    *,
    intercept: bool,
) -> tuple[Agent, list[str] | None]:
    """Return the row as it is started, and the hosts to be opened where its requests are intercepted.

    Raises CannotStart where nothing could be intercepted.
    """
    if intercept or agent.intercept:
        return _prepared(agent, arguments, environ)
    _say_if(say, past.overruled(agent, environ, Path.cwd(), arguments))
    return agent, None


def _say_if(say: Callable[[str], None], words: str) -> None:
    if words:
        say(f"headroom: {words}")


@contextmanager
def _edits() -> Iterator[None]:
    try:
        yield
    except CannotEdit as error:
        raise CannotStart(str(error)) from None


def _prepared(agent: Agent, arguments: Sequence[str], environ: Mapping[str, str]) -> tuple[Agent, list[str]]:
    """Return what `intercepted.prepared` does. Raises CannotStart where nothing could be intercepted."""
    try:
        return intercepted.prepared(agent, environ, Path.cwd(), arguments)
    except CannotIntercept as error:
        raise CannotStart(str(error)) from None


def _intercept(
    stack: ExitStack, base_url: str, log: Path, environ: Mapping[str, str], urls: Sequence[str] | None
) -> dict[str, str]:
    """Start the interceptor, to be ended with the stack, and return the agent's variables.

    Raises CannotStart. Where `urls` is None, nothing is intercepted.
    """
    if urls is None:
        return {}

    def note(what: str) -> None:
        with suppress(OSError):
            session_log.append(log, session_log.error_event("intercept", what))

    try:
        interceptor = intercepted.start(base_url, environ, urls, note)
    except CannotIntercept as error:
        raise CannotStart(f"the interceptor cannot start: {error}") from None
    stack.callback(interceptor.stop)
    return interceptor.changes()


def _check_backend(values: Settings, environ: Mapping[str, str]) -> None:
    """Raise CannotStart where the backend cannot be reached: else the agent would ask the provider itself."""
    if not values["proxy.backend"]:
        return
    from headroom.proxy.aws import Signer, SigningUnavailable

    try:
        Signer(values["bedrock.region"], environ=environ).check(values["upstream.bedrock"])
    except SigningUnavailable as error:
        raise CannotStart(f"proxy.backend {values['proxy.backend']}: {error}") from None


def _directly(agent: Agent, command: str, arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run an agent without a proxy."""
    return _run([command, *agent.command[1:], *arguments], environ, lambda _: None)


def _run(
    argv: Sequence[str], env: Mapping[str, str], started: Callable[[int], None], early: Sequence[int] = ()
) -> int:
    try:
        return foreground.run(shims.argv(argv[0], argv[1:], env), env, started, early)
    except OSError as error:
        why = "its interpreter is not there, see its first line"  # the system says the same of both
        is_there = isinstance(error, FileNotFoundError) and Path(argv[0]).is_file()
        raise CannotStart(f"{argv[0]} cannot be executed: {why if is_there else error.strerror}") from None
    except ValueError as error:
        raise CannotStart(str(error)) from None


def _start_proxy(
    agent: Agent, flags: Mapping[str, object], environ: Mapping[str, str]
) -> tuple[Path, ProxyProcess]:
    """Begin a session log and start the proxy that writes it.

    Raises ProxyFailed or OSError, and leaves no log behind then.
    """
    foreground.keep_places()
    folder = Path.cwd()
    values = settings.load(flags, environ, _where(agent, environ), folder)
    log = session_log.new_session(
        settings.state_dir(environ),
        agent=agent.name,
        cwd=str(folder),
        version=headroom.__version__,
        policy=values.policy(),
        upstream=values[f"upstream.{agent.default}"],
        mode=values["proxy.mode"],
    )

    def note(what: str) -> None:
        with suppress(OSError):
            session_log.append(log, session_log.error_event("proxy", what))

    # It starts in our working folder, so it finds the same project.
    config = {"flags": dict(flags), "session_log": str(log), "default": agent.default}
    try:
        proxy = ProxyProcess(config, environ, note)
        proxy.wait_ready()
    except (ProxyFailed, OSError):
        _forget(log)
        raise
    return log, proxy


def _forget(log: Path) -> None:
    """Remove the log of a session that did not come to be: without an end it would seem to go on."""
    with suppress(OSError):
        log.unlink()


def _planned(
    stack: ExitStack,
    agent: Agent,
    log: Path,
    proxy: ProxyProcess,
    arguments: Sequence[str],
    environ: Mapping[str, str],
) -> tuple[Session, Start]:
    """Return how to start the agent, with its private file there until the stack ends.

    Raises OSError where it cannot be made, and ends the proxy then.
    """
    session = _session(proxy.base_url, log, arguments, environ)
    start = environment.plan(agent, session, log)
    sweep(session.private_file.parent)
    if start.private_text:
        try:
            stack.enter_context(private(session.private_file, start.private_text))
        except OSError:
            proxy.stop()
            _forget(log)
            raise
    return session, start


def _session(base_url: str, log: Path, arguments: Sequence[str], environ: Mapping[str, str]) -> Session:
    state = settings.state_dir(environ)
    private = state / "run" / f"{log.stem}.json"
    return Session(base_url, state / "store" / "originals", tuple(arguments), environ, Path.cwd(), private)


def describe(
    agent: Agent,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    own_flags: Mapping[str, object] | None = None,
    *,
    intercept: bool = False,
) -> list[str]:
    """Return what `wrap` would do, as lines that a shell could nearly run. Nothing is started.

    Raises CannotStart for an agent that cannot be wrapped, and SettingError.
    """
    check(agent)
    if agent.outlives(arguments):
        return [f"# {past.outliving(agent)}", shlex.join([*agent.command, *arguments])]
    more: dict[str, str] = {}
    remarks: list[str] = []
    agent, urls = _led(agent, arguments, environ, remarks.append, intercept=intercept)
    if urls is not None:
        more = intercepted.described(environ, urls)
    flags = flags_for(agent, environ, Path.cwd(), arguments, own_flags)
    values = settings.load(flags, environ, _where(agent, environ), Path.cwd())
    log = settings.state_dir(environ) / "sessions" / "ID.jsonl"
    session = _session("http://127.0.0.1:PORT/s/SECRET", log, arguments, environ)
    start = environment.plan(agent, session, log)
    with _edits():
        edits = journaled.described(agent, session)
    return [
        *(f"# {line.removeprefix('headroom: ')}" for line in remarks),
        *(["# upstream: an embedded provider"] if agent.provider else _upstream_lines(agent, values)),
        *(f"{name}={shlex.quote(value)}" for name, value in {**start.changes, **more}.items()),
        *edits,
        shlex.join(start.argv),
    ]


def _upstream_lines(agent: Agent, values: Settings) -> list[str]:
    """Return a line for each provider that the agent may ask, the one of the rest first."""
    bases = list(agent.base_url.values())
    ours = [name for base in bases for name in (base.upstream, *base.also)]
    names = dict.fromkeys((agent.default, *agent.also, *ours))
    known = [name for name in names if values[f"upstream.{name}"]]
    return [
        f"# upstream: {values[f'upstream.{name}']}"
        if name == agent.default
        else f"# upstream.{name}: {values[f'upstream.{name}']}"
        for name in known
    ] + [f"# upstream.more: {rule}" for rule in values["upstream.more"]]


def _where(agent: Agent, environ: Mapping[str, str]) -> str:
    """Return where a wrong base URL came from, for the message that says so."""
    return ", ".join(name for name in agent.base_url if environ.get(name)) or f"{agent.title}'s own settings"
