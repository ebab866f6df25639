"""Puts a proxy together from its configuration, and runs it until it is told to stop."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from headroom import settings as settings_module
from headroom.ledger import RoundTrip
from headroom.policy import FILE
from headroom.proxy.app import Proxy
from headroom.proxy.aws import Signer, SigningUnavailable
from headroom.proxy.bedrock_backend import BedrockBackend
from headroom.proxy.destinations import Destinations
from headroom.proxy.engines import Engine, Engines
from headroom.proxy.leaving import Leaving
from headroom.proxy.offload import Offload
from headroom.proxy.recorder import Recorder
from headroom.proxy.senders import senders
from headroom.proxy.turns import Turns
from headroom.proxy.upstream import Pool
from headroom.settings import SettingError, Settings
from headroom.system import processes, sockets
from headroom.types import Store

if TYPE_CHECKING:
    from headroom.budget import Budget
    from headroom.memory.listening import Listener
    from headroom.notes import Notes
    from headroom.toin import Toin

LASTING = ("proxy", "service")
"""What sessions are named that belong to no agent, see `headroom proxy` and `headroom install`."""
_SHUTDOWN_S = 2.0
_LOG_DELAY_S = 0.005
"""A log line is written when the request it tells of is out of the way."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a proxy is started with."""

    settings: Settings
    session_log: Path
    secret: str = ""
    """Stands in the path of every URL that is answered; empty for none."""
    default: str = "anthropic"
    """The upstream of requests of which nothing tells another."""
    signer: Signer | None = None
    """What `signer_of` has made of these settings; None to make it."""

    @classmethod
    def read(cls, line: Mapping[str, object]) -> "Config":
        """Read what `headroom wrap` wrote.

        Raises SettingError for a setting that does not exist, and what `check_state_folder` raises.
        """
        flags = line.get("flags")
        check_state_folder()
        return cls(
            settings=settings_module.load(
                flags if isinstance(flags, dict) else {}, folder=settings_module.working_folder()
            ),
            session_log=Path(str(line["session_log"])),
            secret=str(line.get("secret", "")),
            default=str(line.get("default", "anthropic")),
        )


def check_state_folder() -> None:
    """Raise SettingError where a model could not be told the path of an original: it must be text, for JSON."""
    folder = settings_module.state_dir()
    try:
        str(folder).encode("utf-8")
    except UnicodeEncodeError:
        raise SettingError(
            f"{str(folder)!r} is no text here: set PYTHONUTF8=1, or HEADROOM_HOME to another folder"
        ) from None


def build(config: Config) -> Proxy:
    """Put the parts together, in a running loop.

    Raises OSError when the state folder cannot be used, and what `signer_of` raises.
    """
    values = config.settings
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def leave_alone(conversation: str, why: str) -> None:
        task = loop.create_task(engines.leave_alone(conversation, why))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def note_trip(trip: RoundTrip) -> None:
        engines.note_trip(trip)

    recorder = Recorder(
        config.session_log, lambda work: loop.call_later(_LOG_DELAY_S, work), leave_alone, note_trip
    )
    bases = {row.name.partition(".")[2]: values[row.name] for row in settings_module.UPSTREAMS}
    more = dict(rule.split("=", 1) for rule in values["upstream.more"])
    timeouts = values["proxy.connect_timeout_s"], values["proxy.idle_timeout_s"]
    pool = Pool(*timeouts, [bases[config.default]] if bases.get(config.default) else [])
    engines = Engines(
        values["proxy.mode"],
        (lambda lasts: engine(values, lasts, recorder.error)) if values["compress.enabled"] else None,
        values["store.ttl_days"],
        values["retrieval.max_rounds"],
    )
    prefix = f"/s/{config.secret}" if config.secret else ""
    backend, signer = values["proxy.backend"], config.signer or signer_of(values)
    carrier = BedrockBackend(values["bedrock.models"], values["bedrock.betas"])
    listener = _listener(config.session_log, recorder) if values["memory.inline"] else None
    turns = Turns(pool, engines, recorder, senders(pool, signer, carrier, recorder.error), listener)
    return Proxy(turns, Destinations(bases, more, config.default, signer.region, backend), prefix)


def _listener(log: Path, recorder: Recorder) -> "Listener":
    """Return what keeps facts that models write into their answers, with where they were written."""
    from headroom import memory, session_log
    from headroom.memory.listening import Listener
    from headroom.memory.projects import project_of
    from headroom.session_log.events import Start

    start = next((event for event in session_log.read(log).events if isinstance(event, Start)), Start(0.0))
    # One proxy for many clients does not know their projects.
    project = "" if start.agent in LASTING else project_of(Path(start.cwd))
    origin = memory.Origin("inline", start.agent, project, log.stem)
    return Listener(memory.open(settings_module.state_dir()), origin, recorder.error)


def signer_of(values: Settings) -> Signer:
    """Return what signs requests to AWS; with `proxy.backend`, only after a look at whether it can. Slow then.

    Raises SettingError for a backend without botocore, credentials or a region; the message says what to do.
    """
    signer = Signer(values["bedrock.region"])
    if not values["proxy.backend"]:
        return signer
    try:
        signer.check(values["upstream.bedrock"])
    except SigningUnavailable as error:
        raise SettingError(f"proxy.backend {values['proxy.backend']}: {error}") from None
    return signer


def engine(values: Settings, lasts: bool, say: Callable[[str, str], None]) -> Engine:
    """Return an engine by the settings.

    Args:
        lasts: whether what it decides is sent, and so kept; else it writes nothing.
        say: takes where something happened and a line for the log, numbers and names only.
    """
    from headroom import holdout, stages, tokens
    from headroom.notes import Notes
    from headroom.pipeline import Pipeline
    from headroom.store import MemoryMemo, Nowhere, SqliteMemo, SqliteStore

    root = settings_module.state_dir() / "store"
    real = SqliteStore(root)
    store = real if lasts else Nowhere(real.originals)
    memo = SqliteMemo(root) if lasts else MemoryMemo()
    notes = Notes(memo)
    share = values["holdout.share"]
    learner = _learner(values, real.get, notes, say) if lasts else None
    pipeline = Pipeline(
        values.policy(),
        store,
        memo,
        tokens.count,
        str(real.originals),
        is_held_out=(lambda conversation: holdout.is_held_out(conversation, share)) if share else None,
        toin=learner,
    )
    in_budget = partial(say, "budget")
    # All but one are there in any case: what was done in a conversation is done in it to its end.
    table: list[tuple[str, stages.Stage]] = [
        ("reinsert", stages.Reinsert(notes)),
        ("align", stages.Align(notes, values["cache.align"])),
        *([("key", stages.Key())] if values["cache.key"] else ()),
        ("fit", stages.Fit(_budget(values, notes, store, in_budget), values["context.budget"] != "off")),
    ]
    before = stages.Stages(table, notes)
    offload = Offload(pipeline, values["compress.deadline_ms"] / 1000, tokens.warm, before)
    return Engine(offload, notes, store, learner)


def _learner(
    values: Settings, get: Callable[[str], str | None], notes: "Notes", say: Callable[[str, str], None]
) -> "Toin":
    from headroom import toin, tokens

    # It is there in any case: a conversation that began with advice goes on with it.
    folder, learns = toin.folder(settings_module.state_dir()), values["toin.enabled"]
    return toin.Toin(folder, get, notes, tokens.count, partial(say, "toin"), learns=learns)


def _budget(values: Settings, notes: "Notes", store: Store, say: Callable[[str], None]) -> "Budget":
    from headroom import markers, tokens
    from headroom.budget import Budget, Limits

    def put(text: str) -> str:
        key = store.put(text)
        return store.path(key) if values["retrieval.mode"] == FILE else markers.asks_for(key)

    limits = Limits(
        values["context.budget"],
        values["context.keep_turns"],
        values["context.target_share"],
        values["context.windows"],
    )
    return Budget(notes, put, tokens.count, limits, say)


async def run(
    config: Config, sock: socket.socket, ready: Callable[[asyncio.Event], None], leaving: Leaving | None = None
) -> None:
    """Serve on a listening socket until the event given to `ready` is set, or SIGTERM or SIGINT comes.

    Args:
        ready: called once requests are answered.
        leaving: ends it too, in its way.
    """
    proxy, leaving = build(config), leaving or Leaving()
    application = proxy.application()
    application.on_response_prepare.append(leaving.tell)
    runner = web.AppRunner(
        application,
        access_log=None,
        auto_decompress=False,
        handler_cancellation=True,
        shutdown_timeout=_SHUTDOWN_S,
        keepalive_timeout=3600,
        max_line_size=1 << 16,
        max_field_size=1 << 16,
        read_bufsize=1 << 18,
    )
    await runner.setup()
    stop = asyncio.Event()
    processes.on_stop(asyncio.get_running_loop(), stop.set)
    try:
        site = web.SockSite(runner, sock, backlog=sockets.BACKLOG)
        await site.start()
        ready(stop)
        threading.Thread(target=_prune, args=(config.settings,), name="headroom-prune", daemon=True).start()
        assert runner.server
        await leaving.over(stop, site, runner.server)
    finally:
        await runner.cleanup()
        if proxy.turns.listener:
            proxy.turns.listener.close()
        proxy.turns.recorder.close()


def _prune(values: Settings) -> None:
    """Take away originals that nobody used for long, or that are too many. Another start tries again."""
    from headroom.retention import logs
    from headroom.store import SqliteStore

    store = SqliteStore(settings_module.state_dir() / "store")
    with contextlib.suppress(OSError):
        store.prune(time.time(), values["store.ttl_days"] * 86_400, values["store.max_mb"] << 20)
    store.close()
    with contextlib.suppress(OSError):
        age_s, size = values["sessions.max_age_days"] * 86_400, values["sessions.max_mb"] << 20
        logs.prune(settings_module.state_dir(), time.time(), age_s, size)


def serve(
    config: Config, sock: socket.socket, ready: Callable[[asyncio.Event], None], leaving: Leaving | None = None
) -> None:
    """Run in an event loop of its own; uvloop's where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(run(config, sock, ready, leaving))
    else:
        uvloop.run(run(config, sock, ready, leaving))
