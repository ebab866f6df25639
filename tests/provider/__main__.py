"""The provider as a process: prints its URL, serves until it is stopped."""

import argparse
import asyncio
import base64
import json
import signal
from pathlib import Path

from tests.provider.app import Provider
from tests.provider.messages import message
from tests.provider.script import Turn, parse_script
from tests.provider.sse import encode, events

_USAGE = {"input_tokens": 10, "output_tokens": 10}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.provider", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--script", type=Path, help="JSON: a list of turns and faults")
    parser.add_argument(
        "--canned", metavar="TEXT", help="answer everything with this text; parse, check, keep nothing"
    )
    parser.add_argument("--no-check", action="store_true", help="refuse nothing")
    parser.add_argument("--encoding", default="identity", help="content coding of JSON answers")
    parser.add_argument("--record", type=Path, help="where to write the requests on exit, one JSON object a line")
    return parser.parse_args()


def canned_stream(text: str) -> list[bytes]:
    """Return the events of an answer that is the same for everyone."""
    listed = events(message(Turn(text), "claude-canned", _USAGE, "canned"))
    return [encode(event, number) for number, event in enumerate(listed)]


async def _serve(options: argparse.Namespace) -> None:
    provider = Provider(
        parse_script(json.loads(options.script.read_text())) if options.script else (),
        check=not options.no_check,
        encoding=options.encoding,
        port=options.port,
        canned=None if options.canned is None else canned_stream(options.canned),
        keep=0 if options.canned is not None else None,
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with provider:
        print(provider.url, flush=True)
        await stop.wait()
    if options.record:
        options.record.write_text("".join(_line(provider, number) for number in range(len(provider.requests))))


def _line(provider: Provider, number: int) -> str:
    record = provider.requests[number]
    fields = {
        name: getattr(record, name)
        for name in ("method", "target", "dialect", "headers", "status", "usage", "outcome")
    }
    fields["body_base64"] = base64.b64encode(record.body).decode()
    fields["response_base64"] = base64.b64encode(provider.responses[number]).decode()
    return json.dumps(fields) + "\n"


if __name__ == "__main__":
    asyncio.run(_serve(_options()))
