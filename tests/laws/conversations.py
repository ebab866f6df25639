"""Conversations as agents hold them, made of real kinds of tool output, and their requests turn by turn."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.provider.signing import sign

Message = dict[str, Any]
SYSTEM = "You are an agent that looks before it changes anything, and says what it did. " * 80
"""A system prompt that is long enough to be cached."""


def rows(count: int, seed: int = 0) -> str:
    """A JSON listing."""
    return json.dumps(
        [
            {
                "id": seed * 1000 + i,
                "name": f"order-{seed}-{i:04d}",
                "state": "pending" if i % 97 == 96 else "ok",
                "zone": "eu-west-1",
                "amount": round(i * 1.37 + seed, 2),
                "note": None,
            }
            for i in range(count)
        ],
        indent=2,
    )


def log(count: int, seed: int = 0) -> str:
    """A server log with an error and a traceback in it."""
    lines = []
    for i in range(count):
        at = f"2026-11-20T10:{i // 60 % 60:02d}:{i % 60:02d}.{(i * 37 + seed) % 1000:03d}Z"
        lines.append(
            f"{at} INFO  http.server request id={seed * 7919 + i * 31} path=/api/orders/{i} status=200 ms={i % 40}"
        )
        if i == count // 2:
            lines += [
                f"{at} ERROR worker.pool job {i} failed: connection refused by db-{seed}",
                "Traceback (most recent call last):",
                '  File "/srv/app/worker.py", line 41, in run',
                "    self.connect()",
                "ConnectionRefusedError: [Errno 111] Connection refused",
            ]
    return "\n".join(lines)


def source(count: int, seed: int = 0) -> str:
    """A file read, numbered as `cat -n` does."""
    return "\n".join(f"{i:6}\tdef function_{seed}_{i}(a, b): return a * {i} + b  # {seed}" for i in range(count))


def dense(count: int, seed: int = 0) -> str:
    """A tests' run, all of it passed and timed: many tokens to the byte, and little to be told."""
    tests = (f"t/x{n % 7}.py::t[{n}-{n * 7 % 91}-{seed}] PASSED [{100 * n // count:3}%]" for n in range(count))
    return "\n".join([f"{' test session starts ':=^60}", *tests, f"{f' {count} passed in 1.07s ':=^60}"])


def coloured(count: int, seed: int = 0) -> str:
    """A terminal's output with colours and a progress bar."""
    bar = "".join(f"\r\x1b[32m{'#' * (n // 5):20}\x1b[0m {n}%" for n in range(101))
    return (
        bar
        + "\n"
        + "\n".join(
            f"\x1b[1m\x1b[34mstep {seed}.{i}\x1b[0m done in \x1b[33m{i * 3}ms\x1b[0m" for i in range(count)
        )
    )


def mixed(seed: int) -> str:
    """What a shell printed: a reminder of the agent's, headers, and JSON behind them."""
    reminder = f"<system-reminder>\nStep {seed}.\n</system-reminder>"
    return f"HTTP/1.1 200 OK\nserver: {seed}\n\n{rows(60, seed)}\n\n{reminder}"


def edited(seed: int) -> str:
    """A build's output that is the same every time but for one line."""
    return "\n".join(f"now it is {seed}" if n == 70 + seed % 5 else f"step {n} of the build" for n in range(150))


OUTPUTS = {
    "rows": ("Bash", lambda seed: rows(150, seed)),
    "few rows": ("mcp__shop__list", lambda seed: rows(12, seed)),
    "log": ("Bash", lambda seed: log(300, seed)),
    "source": ("Read", lambda seed: source(200, seed)),
    "terminal": ("Bash", lambda seed: coloured(120, seed)),
    "short": ("Bash", lambda seed: f"ok {seed}"),
    "mixed": ("Bash", mixed),
    "again": ("Read", lambda seed: source(120, seed % 2)),
    "same rows": ("Bash", lambda _seed: rows(140, 5)),
    "edited": ("mcp__ci__build", edited),
    "prose": ("WebFetch", lambda seed: f"Paragraph {seed}. " * 300),
    "odd": ("Bash", lambda seed: f'\u0000\ud83d\ude00 é {seed} 1e400 -0 \\ " </tag> ' * 40),
}
"""Kind of output -> the tool that gives it, and the text for a seed."""


def turn(n: int, kind: str, as_blocks: bool = False) -> list[Message]:
    """One step: the agent calls a tool, and gets its result."""
    tool, make = OUTPUTS[kind]
    call = {
        "type": "tool_use",
        "id": f"toolu_{n}",
        "name": tool,
        "input": {"command": "run" if kind == "edited" else f"run --step {n}", "n": 1.0},
    }
    text = make(n)
    content: Any = [{"type": "text", "text": text}] if as_blocks else text
    result = {"type": "tool_result", "tool_use_id": f"toolu_{n}", "content": content}
    thought = {"type": "thinking", "thinking": f"Step {n}?", "signature": sign(f"Step {n}?")}
    return [{"role": "assistant", "content": [thought, call]}, {"role": "user", "content": [result]}]


def conversation(kinds: list[str], as_blocks: bool = False) -> list[Message]:
    """A whole conversation with one tool call for each kind."""
    messages: list[Message] = [{"role": "user", "content": [{"type": "text", "text": "Why do the orders fail?"}]}]
    for n, kind in enumerate(kinds):
        messages += turn(n, kind, as_blocks)
        if n % 4 == 3:
            messages.append(
                {"role": "assistant", "content": [{"type": "text", "text": f"Found something at {n}."}]}
            )
            messages.append({"role": "user", "content": f"And what about step {n}?"})
    return messages


def requests(messages: list[Message], session: str = "s1", moves_breakpoint: bool = True) -> Iterator[bytes]:
    """The requests that lead through a conversation: one for each of the user's messages.

    As Claude Code does, the newest user block carries the cache breakpoint, which so moves every turn.
    """
    for end, message in enumerate(messages, start=1):
        if message["role"] != "user":
            continue
        sent = json.loads(json.dumps(messages[:end]))
        if moves_breakpoint and isinstance(sent[-1]["content"], list):
            sent[-1]["content"][-1]["cache_control"] = {"type": "ephemeral"}
        yield json.dumps(
            {
                "model": "claude-sonnet-4-5",
                "messages": sent,
                "system": [{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}],
                "tools": [{"name": "Bash", "input_schema": {"type": "object", "properties": {}}}],
                "metadata": {"user_id": session},
                "max_tokens": 1024,
                "stream": True,
            },
            ensure_ascii=False,
        ).encode("utf-8", "surrogatepass")


KINDS = st.lists(st.sampled_from(sorted(OUTPUTS)), min_size=1, max_size=7)
