"""`headroom dashboard`: the page in a browser."""

from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from headroom.proxy.dashboard_server import DashboardServer

_VISIT_S = 30.0
"""How long a browser may take to come for the service's page."""


def dashboard(
    port: Annotated[
        int | None,
        typer.Option(
            help="Serve it here, on this port of 127.0.0.1 (0: a free one), not by the service.",
            metavar="PORT",
            min=0,
            max=65535,
        ),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the URL, and open no browser.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; opens no browser.")] = False,
) -> None:
    """Show live savings, conversations, each block side by side, and cache health, in a browser.

    The service of `headroom install` serves the page, where it runs. Else it is served from here, under a secret
    of its own, until ctrl-C; either way it shows the sessions of all agents. The URL holds the secret: who has it
    can read what the agents read.

    \b
    Examples:
      headroom dashboard                opens it in your browser
      headroom dashboard --no-open      prints the URL, as for an ssh tunnel
      headroom dashboard --port 8788    on a port of your choice

    Exit code: 2 when the port is taken.
    """
    import asyncio
    import json

    from headroom import settings
    from headroom.proxy.dashboard_server import DashboardServer

    root = settings.state_dir()
    elsewhere = "" if port is not None else _service(root)
    opens = not (no_open or as_json) and _has_browser()
    if elsewhere and not opens:
        typer.echo(json.dumps({"url": elsewhere, "served_by": "service"}) if as_json else elsewhere)
        return
    sock = _listen(port or 0)

    def ready(server: "DashboardServer") -> None:
        if as_json:
            typer.echo(json.dumps({"url": server.url, "served_by": "dashboard"}))
        else:
            typer.echo(f"headroom dashboard at {server.url}" + ("" if elsewhere else "  (ctrl-C ends it)"))
        if opens:
            _open(server.ticket_url)

    async def run() -> bool:
        return await DashboardServer(root, sock, elsewhere).run(ready, _VISIT_S if elsewhere else 0.0)

    is_visited = asyncio.run(run())
    if elsewhere and not is_visited:
        typer.echo("headroom: no browser came; the URL above can be pasted into one", err=True)


def _service(root: "Path") -> str:
    """Return the URL of the page that the running service has; empty where there is none."""
    import json
    import urllib.request

    from headroom_service import health

    found = health.ask(root)
    if found is None or "/s/" not in found.url:
        return ""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        # A service that is older than the dashboard would hand the page's path on to a provider.
        with opener.open(f"{found.url}/health", timeout=2.0) as answer:
            path = json.loads(answer.read(4096)).get("dashboard")
    except (OSError, ValueError, AttributeError):
        return ""
    return f"{found.url}{path}" if isinstance(path, str) and path.startswith("/") else ""


def _listen(port: int) -> "socket.socket":
    from headroom.system import sockets

    try:
        return sockets.listening(port)
    except OSError:
        fail(f"cannot listen on 127.0.0.1:{port}, which another program may use; --port 0 takes a free one")


def _has_browser() -> bool:
    """Tell whether a browser can show itself: not over a plain ssh, where one for text would take the terminal."""
    import os
    import sys

    is_shown = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return sys.platform in ("darwin", "win32") or is_shown or bool(os.environ.get("BROWSER"))


def _open(url: str) -> None:
    """Start the user's browser, which may take a while."""
    import threading
    import webbrowser

    def start() -> None:
        if not webbrowser.open(url):
            typer.echo("headroom: no browser could be started; paste the URL above into one", err=True)

    threading.Thread(target=start, name="headroom-browser", daemon=True).start()
