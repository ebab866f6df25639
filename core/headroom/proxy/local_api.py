"""The proxy's own answers, under the secret path: is it alive, and what has it done. No content, ever."""

from collections.abc import Callable, Mapping

import orjson
from aiohttp import web

import headroom
from headroom.proxy.recorder import Recorder


def health(_recorder: Recorder) -> web.Response:
    """Say that we are alive, and which version."""
    return _json({"status": "ok", "version": headroom.__version__})


def stats(recorder: Recorder) -> web.Response:
    """Return the running session's counts."""
    return _json(recorder.stats())


def _json(value: Mapping[str, object]) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")


ROUTES: Mapping[tuple[str, str], Callable[[Recorder], web.Response]] = {
    ("GET", "/health"): health,
    ("GET", "/stats"): stats,
}
