"""`headroom doctor`: is it on, is it healthy, and where was the prompt cache lost."""

import json
import os
import shutil
import stat
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from headroom_cli.fail import fail
from headroom_cli.page import BAD, GOOD, HEAD, WARN, Page, console

OK, NOTE, PROBLEM = "ok", "note", "problem"
_STYLES: Mapping[str, str] = {OK: GOOD, NOTE: WARN, PROBLEM: BAD}
_OLD_PRICES_DAYS = 120
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


class Check(NamedTuple):
    """What was looked at, what it is like, and what to do about it."""

    name: str
    verdict: str
    """ok, note or problem."""
    told: str
    todo: str = ""


def doctor(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE.json]...", help="With --cache: one captured request, or two to compare."),
    ] = None,
    cache: Annotated[bool, typer.Option("--cache", help="Where the prompt cache was lost, and why.")] = False,
    port: Annotated[int | None, typer.Option("--port", help="Where a proxy should be listening.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the installation; with --cache, say where the prompt cache was lost, what it cost, and why.

    Exit code: 1 when a check found a problem; 2 when the call, a setting or a file is wrong.
    """
    if files and not cache:
        fail("files are read with --cache: `headroom doctor --cache FILE.json`")
    if files and len(files) > 2:
        fail("name one captured request, or two to compare")
    from headroom_cli import doctor_cache

    page = Page(console())
    if files:
        doctor_cache.show_captured([(name, doctor_cache.captured(name)) for name in files], page, as_json=as_json)
    elif cache:
        doctor_cache.show_caching(doctor_cache.caching(), page, as_json=as_json)
    else:
        checks = list(_checks(port, os.environ))
        show_checks(checks, page, as_json=as_json)
        if any(check.verdict == PROBLEM for check in checks):
            raise typer.Exit(1)


def _checks(port: int | None, environ: Mapping[str, str]) -> Iterator[Check]:
    for look in (_settings, _state, _store, _sessions, _kernels, _prices):
        try:
            yield look()
        except OSError as error:
            told = f"{error.filename or 'state folder'}: {error.strerror or error}"
            yield Check(look.__name__.strip("_"), PROBLEM, told, "see that it is yours: ls -la")
    if port is not None:
        is_up, told = _health(f"http://127.0.0.1:{port}")
        yield Check(
            "proxy", OK if is_up else PROBLEM, told, "" if is_up else f"start it: headroom proxy --port {port}"
        )
    yield from _agents(environ)
    yield from _environment(environ)


def _settings() -> Check:
    from headroom import settings

    try:
        values = settings.load(folder=settings.working_folder())
    except settings.SettingError as error:
        return Check("settings", PROBLEM, str(error), "correct or remove it")
    changed = [name for name, origin in values.origins.items() if origin != "default"]
    if not values["compress.enabled"]:
        return Check("settings", NOTE, "compress.enabled is off: nothing is made smaller", "set it to true")
    return Check("settings", OK, f"{len(changed)} of {len(values.origins)} are not the default")


def _state() -> Check:
    from headroom import settings

    root = settings.state_dir()
    if not root.exists():
        above = next(folder for folder in root.parents if folder.exists())
        if os.access(above, os.W_OK | os.X_OK):
            return Check("state", OK, f"{root}: not there yet, the first run makes it")
        return Check("state", PROBLEM, f"{root} cannot be made: {above} is not yours", "set HEADROOM_HOME")
    if not os.access(root, os.W_OK | os.X_OK):
        return Check("state", PROBLEM, f"{root} cannot be written", "set HEADROOM_HOME, or chown it")
    opened = [path for path in (root, *root.glob("*"), *root.glob("sessions/*")) if _is_open(path)]
    if opened:
        return Check("state", PROBLEM, f"others can read {opened[0]}", f"chmod -R go= {root}")
    return Check("state", OK, f"{root}: writable, and private")


def _is_open(path: Path) -> bool:
    return os.name == "posix" and not path.is_symlink() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _store() -> Check:
    from headroom import settings

    folder = settings.state_dir() / "store"
    if not folder.is_dir():
        return Check("store", OK, "no originals yet")
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Check("store", OK, f"{sum(sizes) / 1e6:,.1f} MB in {len(sizes):,} files")


def _sessions() -> Check:
    from headroom import session_log, settings

    logs = session_log.sessions(settings.state_dir())
    if not logs:
        return Check("sessions", NOTE, "none yet: nothing went through headroom", "headroom wrap claude")
    requests = session_log.count_requests(logs[-1])
    told = f"{len(logs):,}; the newest ({logs[-1].stem}) has {requests:,} requests"
    if not requests:
        return Check("sessions", NOTE, told, "its agent did not reach the proxy: is its base URL ours?")
    return Check("sessions", OK, told)


def _kernels() -> Check:
    from headroom import kernels

    if kernels.IMPLEMENTATION == "native":
        return Check("kernels", OK, "compiled")
    return Check("kernels", NOTE, "not compiled: slower, otherwise the same", "pip install headroom-native")


def _prices() -> Check:
    from datetime import UTC, datetime

    from headroom import pricing, settings
    from headroom_cli.show import user_prices

    try:
        own = user_prices()
    except (pricing.PriceError, settings.SettingError) as error:
        return Check("prices", PROBLEM, str(error), "correct the file, or unset prices.file")
    today = datetime.now(UTC).date()
    days = min((today - row.effective_from).days for row in pricing.shipped() if row.effective_from <= today)
    told = f"the newest shipped price is {days} days old" + (f", {len(own)} of your own" if own else "")
    is_old = days > _OLD_PRICES_DAYS
    return Check("prices", NOTE if is_old else OK, told, "a newer version, or prices.file" if is_old else "")


def _health(url: str) -> tuple[bool, str]:
    """Ask a proxy whether it is alive, past any proxy of the environment's."""
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/health", timeout=2) as answer:
            said = json.loads(answer.read(4096))
        return said.get("status") == "ok", f"{url}: version {said.get('version', '?')}"
    except (OSError, ValueError, AttributeError) as error:
        return False, f"{url}: {type(error).__name__}: no headroom answers there"


def _agents(environ: Mapping[str, str]) -> Iterator[Check]:
    from headroom_wrappers import AGENTS

    found = False
    for name, agent in AGENTS.items():
        path = shutil.which(agent.command[0], path=environ.get("PATH"))
        if agent.provider is None and path:
            found = True
            by = ", ".join(agent.base_url) or "its command line"
            yield Check(name, OK, f"{path}; `headroom wrap {name}` points it at the proxy by {by}")
    if not found:
        known = ", ".join(name for name, agent in AGENTS.items() if agent.provider is None)
        yield Check(
            "agents", NOTE, f"no agent found on PATH; known: {known}", "install one, or start it by its path"
        )


def _environment(environ: Mapping[str, str]) -> Iterator[Check]:
    from urllib.parse import urlsplit

    from headroom_wrappers import AGENTS

    exempt = environ.get("NO_PROXY", environ.get("no_proxy", ""))
    proxies = [name for name in _PROXIES if environ.get(name)]
    if proxies and exempt != "*" and not any(host in exempt for host in _LOOPBACK):
        todo = "export NO_PROXY=127.0.0.1,localhost (headroom wrap does so for its agent)"
        yield Check(proxies[0], NOTE, "also catches requests to 127.0.0.1, where the proxy listens", todo)
    for name in sorted({name for agent in AGENTS.values() for name in agent.base_url}):
        try:
            url = urlsplit(environ.get(name, ""))
            is_local = url.hostname in _LOOPBACK
        except ValueError:
            yield Check(name, PROBLEM, "is set, and is no URL", f"unset {name}")
            continue
        if is_local and not _is_listening(url.hostname or "", url.port or 80):
            told = f"points at {url.hostname}:{url.port or 80}, where nothing listens"
            yield Check(name, PROBLEM, told, f"unset {name}")
        elif url.hostname:
            yield Check(name, NOTE, f"is set, to {url.hostname}; wrap goes on to it", "")


def _is_listening(host: str, port: int) -> bool:
    import socket

    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def show_checks(checks: list[Check], page: Page, *, as_json: bool) -> None:
    """Print the checks, one line each, and what to do below it."""
    if as_json:
        typer.echo(json.dumps([check._asdict() for check in checks], indent=2))
        return
    margin = max((len(check.name) for check in checks), default=0) + 12
    width = max(page.to.width - margin, 20)
    for name, verdict, told, todo in checks:
        first, *more = textwrap.wrap(told, width, break_on_hyphens=False) or [""]
        page.line((f" {verdict:<8}", _STYLES[verdict]), (f"{name:<{margin - 9}}", HEAD), (first, ""))
        for line in more:
            page.line((" " * margin + line, ""))
        for line in textwrap.wrap(f"→ {todo}" if todo else "", width, break_on_hyphens=False):
            page.line((" " * margin + line, _STYLES[verdict]))
    bad = sum(check.verdict == PROBLEM for check in checks)
    page.line()
    page.line((f" {bad} problem{'s' * (bad != 1)}" if bad else " no problems", BAD if bad else GOOD))
