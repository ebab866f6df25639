"""Latency and memory of the proxy, beside a direct connection and a bare aiohttp pass-through in the same run.

python -m tests.bench.proxy [--requests 300] [--soak 10000]
"""

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import psutil

SIZES = {"2 KB": 2_000, "200 KB": 200_000, "2 MB": 2_000_000}


def conversation(size: int) -> list[dict[str, object]]:
    """A conversation of about `size` bytes: turns with a file read, a JSON listing and some text."""
    messages: list[dict[str, object]] = [{"role": "user", "content": "Find out why the orders fail."}]
    n = 0
    while len(json.dumps(messages)) < size:
        n += 1
        if size < 10_000:
            text = "\n".join(f"line {i}" for i in range(20))
        elif n % 2:
            text = "\n".join(f"{i:6}\tdef function_{n}_{i}(argument): return argument * {i}" for i in range(140))
        else:
            text = json.dumps(
                [{"id": n * 1000 + i, "state": "ok", "zone": "eu", "cpu": i % 7} for i in range(160)]
            )
        name = "Read" if n % 2 else "Bash"
        call = {"type": "tool_use", "id": f"t{n}", "name": name, "input": {"path": f"src/module_{n}.py"}}
        messages.append({"role": "assistant", "content": [{"type": "text", "text": f"Step {n}."}, call]})
        messages.append(
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"t{n}", "content": text}]}
        )
    return messages


def request_body(messages: list[dict[str, object]]) -> bytes:
    head = {"model": "claude-sonnet-4-5", "max_tokens": 100, "stream": True}
    return json.dumps({**head, "messages": messages, "metadata": {"user_id": "bench"}}).encode()


class Client:
    """A keep-alive connection that times requests; as little as possible of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._prefix = parts.path
        self._host = parts.netloc
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, body: bytes) -> float:
        """Send one request, read its response, return the time in ms."""
        head = (
            f"POST {self._prefix}/v1/messages HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"x-api-key: none\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        began = time.perf_counter()
        self._socket.sendall(head + body)
        data = b""
        while b"message_stop" not in data or not (data.endswith((b"\r\n0\r\n\r\n", b"}\n\n"))):
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionError(data[-200:])
            data += chunk
        return (time.perf_counter() - began) * 1000


@contextmanager
def process(*argv: str, **environ: str) -> Iterator[tuple[str, psutil.Process, float]]:
    """Start a server; give the URL that it prints, its process, and the seconds from exec to that line."""
    began = time.perf_counter()
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=os.environ | environ)
    assert child.stdout
    try:
        line = child.stdout.readline()
        ready_s = time.perf_counter() - began
        found = re.search(r"http://\S+", line)
        if not found:
            raise RuntimeError(f"{argv}: {line!r}")
        yield found[0], psutil.Process(child.pid), ready_s
    finally:
        child.terminate()
        child.wait()


def p50(client: Client, bodies: list[bytes], warm: int = 5) -> float:
    for body in bodies[:warm]:
        client.post(body)
    return statistics.median(client.post(body) for body in bodies[warm:])


def growing(size: int, count: int) -> list[bytes]:
    """Requests of one conversation, each a small turn longer than the one before."""
    messages = conversation(size)
    bodies = []
    for n in range(count):
        messages += [{"role": "assistant", "content": f"thought {n}"}, {"role": "user", "content": f"go on {n}"}]
        bodies.append(request_body(messages))
    return bodies


def latency(provider: str, bare: str, ours: str, count: int) -> None:
    print(
        f"{'body':>8} {'conversation':>12} {'direct':>8} {'bare':>8} {'headroom':>9}   ms p50; ratio headroom/bare"
    )
    for label, size in SIZES.items():
        for kind in ("same", "growing"):
            rounds = max(count // (10 if size > 1_000_000 else 1), 30)
            turns = growing(size, 40) if kind == "growing" else [request_body(conversation(size))]
            bodies = (turns * (rounds // len(turns) + 1))[:rounds]
            # In turns, so that a slow moment of the machine falls on all three.
            figures: dict[str, list[float]] = {url: [] for url in (provider, bare, ours)}
            for _ in range(3):
                for url, values in figures.items():
                    values.append(p50(Client(url), bodies))
            direct, thin, full = (statistics.median(figures[url]) for url in (provider, bare, ours))
            print(f"{label:>8} {kind:>12} {direct:8.2f} {thin:8.2f} {full:9.2f}   {full / thin:.2f}x", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--soak", type=int, default=10_000)
    options = parser.parse_args()
    python = sys.executable
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        provider, _, _ = stack.enter_context(process(python, "-m", "tests.bench.servers", "provider"))
        bare, bare_process, bare_ready = stack.enter_context(
            process(python, "-m", "tests.bench.servers", "bare", provider)
        )
        ready = []
        for _ in range(5):
            with process(python, "-m", "headroom_cli", "proxy", "--port", "0", HEADROOM_HOME=home) as (_, _, took):
                ready.append(took)
        environ = {"HEADROOM_HOME": home, "HEADROOM_UPSTREAM_ANTHROPIC": provider}
        ours, our_process, _ = stack.enter_context(
            process(python, "-m", "headroom_cli", "proxy", "--port", "0", "--secret", **environ)
        )
        print(f"ready after exec: headroom {statistics.median(ready):.2f} s, bare {bare_ready:.2f} s")
        idle = our_process.memory_info().rss / 1e6
        print(f"resident memory, idle: headroom {idle:.0f} MB, bare {bare_process.memory_info().rss / 1e6:.0f} MB")
        latency(provider, bare, ours, options.requests)
        bodies = growing(200_000, 100)
        client = Client(ours)
        began = time.perf_counter()
        for n in range(options.soak):
            client.post(bodies[n % len(bodies)])
        rate = options.soak / (time.perf_counter() - began)
        rss = our_process.memory_info().rss / 1e6
        print(
            f"after {options.soak} requests of 200 KB: {rss:.0f} MB resident ({rate:.0f} requests/s, one client)"
        )


if __name__ == "__main__":
    main()
