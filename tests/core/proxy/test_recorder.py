"""What the proxy writes down, after the response."""

import json
from pathlib import Path

from headroom import session_log
from headroom.dialects import anthropic
from headroom.plans import Outcome
from headroom.proxy.exchange import Exchange
from headroom.proxy.recorder import Recorder
from headroom.proxy.streams import Tee
from headroom.session_log import events
from headroom.types import Usage
from tests.laws.conversations import conversation, requests
from tests.laws.engines import Engine

BODIES = list(requests(conversation(["rows", "log", "short"])))
MODEL = "claude-sonnet-4-5"
USAGE = (
    Usage(cache_write=100, output=50, model=MODEL),
    Usage(cache_write=3000, cache_read=100, output=50, model=MODEL),
    Usage(cache_write=1500, cache_read=3100, output=50, model=MODEL),
    Usage(cache_write=50, cache_read=4600, output=50, model=MODEL),
)


def exchange(body: bytes, outcome: Outcome, usage: Usage = USAGE[0], was_retried: bool = False) -> Exchange:
    tee = Tee(anthropic, "application/json", "")
    figures = {
        "input_tokens": usage.input,
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cache_read,
        "output_tokens": usage.output,
    }
    tee.feed(json.dumps({"model": usage.model, "usage": figures}).encode())
    return Exchange(anthropic, len(body), outcome, 1.5, 20.0, 200, was_retried, tee)


def test_each_request_and_its_usage_make_two_lines(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "store")
    recorder = Recorder(tmp_path / "log.jsonl")
    for body, figures in zip(BODIES, USAGE, strict=True):
        recorder.exchange(exchange(body, engine.send(body), figures))
    read = session_log.read(tmp_path / "log.jsonl")
    lines = [event for event in read.events if isinstance(event, events.Request)]
    assert [line.n for line in lines] == [1, 2, 3, 4]
    assert [[block.compressor for block in line.blocks] for line in lines] == [[], ["json_rows"], ["logs"], [""]]
    assert [line.bytes_after < line.bytes_before for line in lines] == [False, True, True, True]
    usage = [event for event in read.events if isinstance(event, events.UsageLine)]
    assert [line.saved.total > 0 for line in usage] == [False, True, True, True]
    assert usage[1].saved.cache_write > 0
    assert usage[3].saved.cache_read == usage[3].saved.total, "old blocks are paid at the read price"


def test_a_retried_request_saved_nothing(tmp_path: Path) -> None:
    outcome = Engine(tmp_path / "store").send(BODIES[2])
    recorder = Recorder(tmp_path / "log.jsonl")
    recorder.exchange(exchange(BODIES[2], outcome, was_retried=True))
    (line,) = [e for e in session_log.read(tmp_path / "log.jsonl").events if isinstance(e, events.UsageLine)]
    assert line.saved.total == 0
    assert recorder.stats()["retried"] == 1
    assert recorder.stats()["saved_tokens"] == 0


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "store")
    for n in (1, 2):
        recorder = Recorder(tmp_path / "log.jsonl")
        recorder.exchange(exchange(BODIES[0], engine.send(BODIES[0])))
        recorder.close()
        lines = [e for e in session_log.read(tmp_path / "log.jsonl").events if isinstance(e, events.Request)]
        assert lines[-1].n == n


def test_a_log_that_cannot_be_written_is_counted_and_no_error(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "log.jsonl")
    recorder.close()
    recorder.error("here", "OSError")
    assert recorder.stats()["lost_log_lines"] == 1
