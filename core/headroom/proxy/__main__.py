"""The proxy as `headroom wrap` starts it: configured and watched over standard input (see lifeline)."""

import asyncio
import json
import os
import sys
import threading

from headroom.proxy import lifeline
from headroom.system import sockets


def main() -> int:
    """Read the configuration line, serve, and end with whoever started us."""
    line = json.loads(sys.stdin.buffer.readline())
    try:
        sock = sockets.taken(line)
        from headroom.proxy.server import Config, serve

        config = Config.read(line)

        def ready(stop: asyncio.Event) -> None:
            _say({"ready": True, "pid": os.getpid(), "port": sock.getsockname()[1]})
            loop = asyncio.get_running_loop()

            def end() -> None:
                loop.call_soon_threadsafe(stop.set)

            watch = lifeline.Lifeline(sys.stdin.buffer, config.session_log, end)
            threading.Thread(target=watch.run, name="headroom-lifeline", daemon=True).start()

        serve(config, sock, ready)
    except (OSError, ValueError, ImportError) as error:
        _say({"error": f"{type(error).__name__}: {error}"})
        return 1
    return 0


def _say(line: object) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
