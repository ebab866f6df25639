"""Who may ask: programs on this machine, and pages of our own. Pages reach loopback ports, under any host name."""

from aiohttp import web

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def refusal(request: web.Request) -> str:
    """Return why a request is not for us; empty where it is."""
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    if host.lower() not in _LOOPBACK:
        return "headroom: not a loopback host\n"
    origin = request.headers.get("Origin")
    # An image or a script of a page's is asked for without an Origin, but the browser says whose it is.
    is_embedded = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if is_embedded or (origin is not None and origin != f"http://{request.host}"):
        return "headroom: not a page of ours\n"
    return ""
