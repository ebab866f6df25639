"""The dashboard's page and what it asks for, below the secret path: it shows contents, so never without one.

    GET dashboard                                    the page
    GET dashboard/live?range=day|week|month          the overview
    GET dashboard/conversation?id=ID                 a conversation and its blocks
    GET dashboard/block?id=ID&block=NUMBER           one block, side by side, from the local store

Nothing can be changed here. What has not changed since the browser's last look is answered by 304.
"""

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from headroom import settings
from headroom.dashboard.page import HEADERS, PAGE, load
from headroom.settings import SettingError

# What only a look needs is imported by the first one, in its thread: a proxy is ready without.
if TYPE_CHECKING:
    from headroom.dashboard.conversation import Conversation
    from headroom.pricing import Row
    from headroom.proxy.dashboard_logs import Logs

PATH: Final = f"/{PAGE}"
NO_SECRET: Final = (
    "headroom: the dashboard shows contents, so it is served only below a secret path: `headroom dashboard`\n"
)
_MEMORY_BYTES: Final = 1 << 20
_FORGET_S: Final = 900.0
"""What was read is forgotten so long after the last look: a proxy runs for days, and has other things to do."""


class Dashboard:
    """Answers the page from a state folder. Nothing is opened before the first look.

    Args:
        root: the state folder.
        clock: seconds since 1970.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self._root = root
        self._clock = clock
        self._logs: Logs | None = None
        self._mutex = threading.Lock()
        self._later: asyncio.TimerHandle | None = None
        self._lives: dict[str, tuple[tuple[int, int, int], bytes]] = {}

    async def answer(self, request: web.Request, path: str) -> web.Response:
        """Answer a request.

        Args:
            path: the request's, from `PATH` on, without a query.
        """
        if request.method not in ("GET", "HEAD"):
            return plain(405, "headroom: the dashboard can only be looked at\n", {"Allow": "GET, HEAD"})
        name = path.removeprefix(PATH).removeprefix("/")
        if not name:
            page = load()
            return web.Response(body=page.html, content_type="text/html", charset="utf-8", headers=page.headers)
        ask = _ASKS.get(name)
        if ask is None:
            return plain(404, "headroom: no such path\n")
        if self._later:
            self._later.cancel()
        self._later = asyncio.get_running_loop().call_later(_FORGET_S, self.forget)
        try:
            body = await asyncio.to_thread(ask, self, request.query)
        except OSError as error:
            return plain(503, f"headroom: the state folder cannot be read: {error.strerror or 'it failed'}\n")
        return _json(request, body) if body else plain(404, "headroom: it is not there, or not any more\n")

    def forget(self) -> None:
        """Let go of what was read; the next look reads it again."""
        self._logs = None
        self._lives.clear()

    def live(self, query: Mapping[str, str]) -> bytes:
        """Return the overview. Slow, as the other two; raises OSError as they do."""
        from headroom.dashboard.view import RANGES, live

        asked = query.get("range", "")
        asked = asked if asked in RANGES else next(iter(RANGES))
        with self._mutex:
            now = self._clock()
            logs = self._refreshed(now)
            state = (id(logs.board), logs.board.version, int(now // 3600))
            kept = self._lives.get(asked)
            if kept is None or kept[0] != state or logs.waiting:
                kept = self._lives[asked] = state, orjson.dumps(live(logs.board, asked, now, logs.waiting))
            return kept[1]

    def conversation(self, query: Mapping[str, str]) -> bytes:
        """Return a conversation and its blocks; nothing where there is no such."""
        from headroom.dashboard.view import conversation

        with self._mutex:
            logs = self._refreshed(self._clock())
            talk = logs.board.find(query.get("id", ""))
            return orjson.dumps(conversation(logs.board, talk)) if talk else b""

    def block(self, query: Mapping[str, str]) -> bytes:
        """Return one block, side by side; nothing where there is no such."""
        number = query.get("block", "")
        with self._mutex:
            talk = self._refreshed(self._clock()).board.find(query.get("id", ""))
        return self._sides(talk, int(number)) if talk and number.isdecimal() and len(number) < 9 else b""

    def _sides(self, talk: "Conversation", number: int) -> bytes:
        from headroom.dashboard.sides import sides
        from headroom.store import SqliteMemo, SqliteStore
        from headroom.store.database import FILE

        with self._mutex:
            listed = talk.listed(number)
        if listed is None:
            return b""
        folder = self._root / "store"
        decision = original = None
        if listed.line.compressor and (folder / FILE).is_file():
            # By a clock that stands still nothing is old: a look at a decision does not make it last longer.
            memo = SqliteMemo(folder, _MEMORY_BYTES, clock=lambda: 0.0)
            store = SqliteStore(folder, self._clock)
            try:
                decision = memo.recall([listed.line.key]).get(listed.line.key)
                original = store.get(decision.original) if decision and decision.original else None
            finally:
                memo.close()
                store.close()
        return orjson.dumps(sides(listed, decision, original))

    def _refreshed(self, now: float) -> "Logs":
        from headroom.proxy.dashboard_logs import Logs

        if self._logs is None:
            self._logs = Logs(self._root, _prices())
        self._logs.refresh(now)
        return self._logs


_ASKS: Final[Mapping[str, Callable[[Dashboard, Mapping[str, str]], bytes]]] = {
    "live": Dashboard.live,
    "conversation": Dashboard.conversation,
    "block": Dashboard.block,
}

DASHBOARD: Final = web.AppKey("dashboard", Dashboard)


def is_below(path: str) -> bool:
    """Tell whether a path, with or without a query, is the dashboard's."""
    bare = path.partition("?")[0]
    return bare == PATH or bare.startswith(PATH + "/")


def plain(status: int, text: str, more: Mapping[str, str] | None = None) -> web.Response:
    """Return a line of text."""
    return web.Response(status=status, text=text, headers={**HEADERS, **(more or {})})


def _json(request: web.Request, body: bytes) -> web.Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers: dict[str, Any] = {**HEADERS, "ETag": etag}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)


def _prices() -> "tuple[Row, ...]":
    """Return the rows of the user's price file; none where it cannot be read, which `headroom perf` says."""
    from headroom import pricing

    try:
        named = settings.load(folder=None)["prices.file"]
        return pricing.read(Path(named)) if named else ()
    except (pricing.PriceError, SettingError, OSError):
        return ()
