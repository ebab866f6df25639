"""The interceptor as `process` starts it: configured over standard input, and gone when that ends."""

import asyncio
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path


def main() -> int:
    """Read the configuration line, serve, and end with whoever started us."""
    line = json.loads(sys.stdin.buffer.readline())
    logging.disable(logging.CRITICAL)  # the core tells of connections, and who they go to
    try:
        asyncio.run(_serve(line))
    except (OSError, ValueError, ImportError) as error:
        _say({"error": str(error) or type(error).__name__})
        return 1
    return 0


async def _serve(line: Mapping[str, object]) -> None:
    from headroom.intercept import authority, environment, hosts, trust
    from headroom.intercept.relay import Relay
    from headroom.system import sockets

    own = line["own"]
    table = hosts.table(os.environ, own if isinstance(own, list) else ())
    for host in table.values():
        environment.users_proxy(host.name, os.environ)  # raises where the rest cannot be reached through it
    keeper = authority.keep(Path(str(line["folder"])), (host.name for host in table.values()), datetime.now(UTC))
    trusted = trust.files(keeper.pem, keeper.folder, os.environ)
    relay = Relay(str(line["proxy"]), table, keeper, str(line["secret"]), os.environ)
    listening = await asyncio.start_server(relay.handle, sock=sockets.taken(line))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_watch, args=(lambda: loop.call_soon_threadsafe(stop.set),), daemon=True).start()
    _say({"port": listening.sockets[0].getsockname()[1], "trusted": trusted})
    await stop.wait()
    listening.close()


def _watch(end: Callable[[], object]) -> None:
    """Wait for the end of standard input: whoever started us is gone, or wants us to be."""
    while sys.stdin.buffer.read(65536):
        pass
    end()


def _say(line: object) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
