"""A small coding agent, for the demo: it sends the whole conversation each turn, reads the streamed answer, runs
the tools it is asked for and stops when it is asked for none. As real ones do, it moves a cache breakpoint along
with the newest message.

Environment: ANTHROPIC_BASE_URL (required), ANTHROPIC_API_KEY. Exit codes: 0 answered, 1 the provider failed,
2 no base URL, 130 interrupted.
"""

import http.client
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from headroom_wrappers.demo.tools import TOOLS, run

Json = dict[str, Any]

MODEL = "claude-sonnet-5-5"
SESSION = f"demo-{os.getpid()}-{time.time_ns()}"
TASK = "Since this morning some orders at our checkout fail. Find out which, since when and why."
SYSTEM = """\
You are a coding agent in a terminal. You work on the checkout service, whose code is in the current folder:
Python, FastAPI, PostgreSQL; version 4.18.0 was deployed today at 09:30.

Look before you conclude: the order API, the log, the tests and the version history are all within reach of your
tools. Run one command at a time and read what it prints. Do not change anything unless you are asked to. When you
know the cause, say what it is, how you know, and what you would change, in a few sentences without headings.
"""
_CACHED: Mapping[str, Json] = {"cache_control": {"type": "ephemeral"}}
_TIMEOUT_S = 300


class ProviderFailed(Exception):
    """There is no answer; the message is one line that says why."""


class Answer(NamedTuple):
    """One assistant message."""

    content: list[Json]
    stop_reason: str


def main() -> int:
    """Run the demo conversation, print its steps and its answer, and return the exit code."""
    base_url = os.environ.get("ANTHROPIC_BASE_URL", "")
    if not base_url:
        sys.stderr.write("demo: ANTHROPIC_BASE_URL is not set; start the demo with: headroom wrap demo\n")
        return 2
    try:
        _say(f"> {TASK}\n")
        _say("\n" + converse(base_url, os.environ.get("ANTHROPIC_API_KEY", "none")))
    except ProviderFailed as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Who read our output has what it wanted; the interpreter's own flush must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


def converse(base_url: str, api_key: str) -> str:
    """Work on the task until the model asks for no more tools, and return what it then says.

    Raises:
        ProviderFailed: an answer did not come, or not whole.
    """
    messages: list[Json] = [{"role": "user", "content": [{"type": "text", "text": TASK}]}]
    while True:
        answer = ask(base_url, api_key, messages)
        messages.append({"role": "assistant", "content": answer.content})
        if answer.stop_reason != "tool_use":
            return "".join(block["text"] for block in answer.content if block["type"] == "text")
        results = [_run(call) for call in answer.content if call["type"] == "tool_use"]
        messages.append({"role": "user", "content": results})


def ask(base_url: str, api_key: str, messages: list[Json]) -> Answer:
    """Send the conversation and return the model's next message. Raises ProviderFailed."""
    url = urlsplit(base_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    headers = {
        "Accept": "text/event-stream",
        "Anthropic-Version": "2023-06-01",
        "Content-Type": "application/json",
        "User-Agent": "headroom-demo",
        "X-Api-Key": api_key,
    }
    try:
        connection = kind(url.netloc, timeout=_TIMEOUT_S)
        try:
            connection.request("POST", f"{url.path.rstrip('/')}/v1/messages", _request(messages), headers)
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise ProviderFailed(f"the provider answered {response.status}: {response.read(500).decode()}")
            return _assemble(_events(response))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
        raise ProviderFailed(f"no answer from {url.hostname}:{url.port}: {error!r}") from None


def _request(messages: list[Json]) -> bytes:
    """The request's body. The history carries no breakpoints: only its newest block gets one, for this turn."""
    *history, newest = messages
    *blocks, last = newest["content"]
    request = {
        "model": MODEL,
        "max_tokens": 8192,
        # Each run is a conversation of its own, so that it follows the settings of today.
        "metadata": {"user_id": SESSION},
        "stream": True,
        "system": [{"type": "text", "text": SYSTEM, **_CACHED}],
        "tools": TOOLS,
        "messages": [*history, {"role": newest["role"], "content": [*blocks, {**last, **_CACHED}]}],
    }
    return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()


def _events(response: http.client.HTTPResponse) -> Iterator[Json]:
    for line in response:
        if line.startswith(b"data:"):
            yield json.loads(line[len(b"data:") :])


def _assemble(events: Iterator[Json]) -> Answer:
    """Put the blocks of a streamed message together. Raises ProviderFailed when it breaks off."""
    content: list[Json] = []
    pieces: list[str] = []
    stop_reason = ""
    for event in events:
        match event["type"]:
            case "content_block_start":
                content.append(event["content_block"])
                pieces = []
            case "content_block_delta":
                delta = event["delta"]
                pieces.append(delta.get("text") or delta.get("partial_json") or "")
            case "content_block_stop" if content[-1]["type"] == "tool_use":
                content[-1]["input"] = json.loads("".join(pieces) or "{}")
            case "content_block_stop" if content[-1]["type"] == "text":
                content[-1]["text"] = "".join(pieces)
            case "message_delta":
                stop_reason = event["delta"]["stop_reason"]
            case "error":
                raise ProviderFailed(f"the provider broke off: {event['error']['message']}")
            case "message_stop":
                return Answer(content, stop_reason)
    raise ProviderFailed("the answer broke off")


def _run(call: Json) -> Json:
    """Run one tool call and return its tool_result block."""
    outcome = run(call["name"], call["input"])
    asked = ", ".join(str(value) for value in call["input"].values())
    _say(f"  {call['name']:<10} {asked}  -> {len(outcome.text):,} characters\n")
    result: Json = {"type": "tool_result", "tool_use_id": call["id"], "content": outcome.text}
    return result | ({"is_error": True} if outcome.failed else {})


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
