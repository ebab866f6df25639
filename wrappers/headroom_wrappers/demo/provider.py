"""A scripted provider: it speaks the Anthropic Messages API on loopback, asks for the tools one after another,
and bills what it was sent by the rules of prompt caching.

It keeps no conversation: what comes next follows from the request alone.
"""

import hashlib
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import accumulate
from typing import Any

from headroom import tokens
from headroom_wrappers.demo import scenario

Json = dict[str, Any]

_MINIMUM_TOKENS = 1024
"""Shorter prefixes are not cached: build-with-claude/prompt-caching in Anthropic's documentation."""
_PIECE_CHARS = 48


@contextmanager
def serve() -> Iterator[str]:
    """Serve the provider on a free port of 127.0.0.1 while the context is open, and give its base URL."""
    server = _Server(("127.0.0.1", 0), _Exchange)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class PromptCache:
    """Which prefixes were sent before. One is cached as far as a block with cache_control, and read from there."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._lock = threading.Lock()

    def bill(self, request: Json) -> Json:
        """Return the input side of the API's usage object for a request, and remember its prefixes."""
        blocks = _blocks(request)
        totals = [0, *accumulate(_tokens(block) for _, block in blocks)]
        prefixes = list(accumulate((_digest(role, block) for role, block in blocks), _chain, initial=b""))
        marks = [at for at, (_, block) in enumerate(blocks, 1) if "cache_control" in block]
        cached = [at for at in marks if totals[at] >= _MINIMUM_TOKENS]
        end = cached[-1] if cached else 0
        with self._lock:
            read = next((at for at in range(end, 0, -1) if prefixes[at] in self._known), 0)
            self._known.update(prefixes[at] for at in cached)
        return {
            "input_tokens": totals[-1] - totals[end],
            "cache_creation_input_tokens": totals[end] - totals[read],
            "cache_read_input_tokens": totals[read],
            "cache_creation": {
                "ephemeral_5m_input_tokens": totals[end] - totals[read],
                "ephemeral_1h_input_tokens": 0,
            },
        }


def _blocks(request: Json) -> list[tuple[str, Json]]:
    """All blocks in the order in which they are rendered, each with the role it has."""
    rendered = [("tools", tool) for tool in request.get("tools", ())]
    rendered += [("system", block) for block in scenario.content(request.get("system", []))]
    for message in request["messages"]:
        rendered += [(message["role"], block) for block in scenario.content(message["content"])]
    return rendered


def _digest(role: str, block: Json) -> bytes:
    bare = {name: value for name, value in block.items() if name != "cache_control"}
    return f"{role}\n{json.dumps(bare, sort_keys=True)}".encode()


def _chain(before: bytes, block: bytes) -> bytes:
    return hashlib.sha256(before + block).digest()


def _tokens(block: Json) -> int:
    """Count what the model would read of a block: its text, not the JSON around it."""
    kind = block.get("type")
    if kind == "text":
        return _count(block["text"])
    if kind == "tool_use":
        return _count(block["name"] + json.dumps(block["input"], ensure_ascii=False))
    if kind == "tool_result":
        return _count(scenario.result_text(block))
    return _count(json.dumps(block, ensure_ascii=False))


@lru_cache(maxsize=1024)
def _count(text: str) -> int:
    return tokens.count(text)


def _events(request: Json, usage: Json) -> Iterator[Json]:
    """Yield the events of a streamed answer."""
    answer = scenario.answer(request["messages"])
    turn = sum(message["role"] == "assistant" for message in request["messages"])
    message = {
        "id": f"msg_demo{turn:02d}",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage | {"output_tokens": 1},
    }
    yield {"type": "message_start", "message": message}
    for index, block in enumerate(answer):
        yield {"type": "content_block_start", "index": index, "content_block": _opening(block)}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    reason = "tool_use" if answer[-1]["type"] == "tool_use" else "end_turn"
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": usage | {"output_tokens": sum(map(_tokens, answer))},
    }
    yield {"type": "message_stop"}


def _opening(block: Json) -> Json:
    return {**block, "input": {}} if block["type"] == "tool_use" else {**block, "text": ""}


def _deltas(block: Json) -> Iterator[Json]:
    tool = block["type"] == "tool_use"
    text = json.dumps(block["input"]) if tool else block["text"]
    kind, name = ("input_json_delta", "partial_json") if tool else ("text_delta", "text")
    for at in range(0, len(text), _PIECE_CHARS):
        yield {"type": kind, name: text[at : at + _PIECE_CHARS]}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.cache = PromptCache()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer a message; everything else is an error in the API's own form."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.partition("?")[0] != "/v1/messages":
            self._refuse(404, "not_found_error", f"there is no {self.path}")
            return
        try:
            request = json.loads(body)
            events = list(_events(request, self.server.cache.bill(request)))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            self._refuse(400, "invalid_request_error", f"not a request of the demo: {error!r}")
            return
        self._begin(200, "text/event-stream; charset=utf-8")
        for event in events:
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

    def _refuse(self, status: int, kind: str, message: str) -> None:
        self._begin(status, "application/json")
        error: Mapping[str, object] = {"type": "error", "error": {"type": kind, "message": message}}
        self.wfile.write(json.dumps(error).encode())

    def _begin(self, status: int, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The terminal is the agent's."""
