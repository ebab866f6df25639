"""The proxy's own answers, under the secret path: is it alive, what has it done, and the dashboard.

The first two hold no content, ever. The dashboard does, and is not there without a secret.
"""

import os
from collections.abc import Awaitable, Callable, Mapping

import orjson
from aiohttp import web

import headroom
from headroom.proxy import dashboard_api
from headroom.proxy.dashboard_api import DASHBOARD
from headroom.proxy.recorder import Recorder

VERSION = headroom.__version__
"""Of the code that runs: what is installed may be another by now."""

Local = Callable[[web.Request, Recorder, str], Awaitable[web.Response]]
"""Answers a request, given the session's recorder and the secret path; an empty one is no secret."""


def health(_recorder: Recorder) -> web.Response:
    """Say that we are alive, which version, which process, and where below our URL the dashboard is."""
    return _json({"status": "ok", "version": VERSION, "pid": os.getpid(), "dashboard": dashboard_api.PATH})


def stats(recorder: Recorder) -> web.Response:
    """Return the running session's counts."""
    return _json(recorder.stats())


def find(method: str, path: str) -> Local | None:
    """Return what answers a request that is for us; None for one that is for a provider.

    Args:
        path: as it came, below the secret, with its query.
    """
    if dashboard_api.is_below(path):
        return _dashboard
    route = ROUTES.get((method, path))
    if route is None:
        return None

    async def answer(_request: web.Request, recorder: Recorder, _prefix: str) -> web.Response:
        return route(recorder)

    return answer


async def _dashboard(request: web.Request, _recorder: Recorder, prefix: str) -> web.Response:
    if not prefix:
        return dashboard_api.plain(403, dashboard_api.NO_SECRET)
    path = request.raw_path.partition("?")[0].removeprefix(prefix)
    return await request.app[DASHBOARD].answer(request, path)


def _json(value: Mapping[str, object]) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")


ROUTES: Mapping[tuple[str, str], Callable[[Recorder], web.Response]] = {
    ("GET", "/health"): health,
    ("GET", "/stats"): stats,
}
"""Without contents."""
