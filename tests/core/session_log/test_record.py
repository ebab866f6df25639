"""Events made from a real request and response, with secrets in every place they are made from."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson

from headroom import session_log
from headroom.dialects import anthropic
from headroom.ledger import RoundTrip, Saved
from headroom.plans import Outcome
from headroom.policy import Policy
from headroom.proxy.exchange import Exchange
from headroom.session_log import events
from headroom.types import Change, Decision, Usage

KEY = "sk-ant-api03-QWERTZUIOPASDFGHJKL"
PASSWORD = "hunter2"
SENTENCE = "Delete the production database, please"
SECRETS = re.compile(rb"sk-ant-api03|hunter2|production database")


def exchange(body: dict[str, Any], **fields: Any) -> Exchange:
    raw = orjson.dumps(body)
    return Exchange(anthropic, len(raw), Outcome(raw[:-10], anthropic.read(raw)), **fields)


SHORTENED = Decision("short", "json_rows", "", False, 5000, 400, "ab" * 6)


def change(
    key: str = "0f" * 16,
    tool: str = "Bash",
    decision: Decision = SHORTENED,
    *,
    new: bool = True,
    retrieval: bool = False,
) -> Change:
    return Change(key, tool, decision, 0.9, new, True, retrieval)


BODY = {
    "model": "claude-opus-5-5",
    "stream": True,
    "messages": [{"role": "user", "content": [{"type": "text", "text": "hello"}]}],
}


def test_a_request_is_told_in_numbers() -> None:
    replayed = change(new=False, key="aa" * 16)
    done = exchange(BODY, ms=3.14159, ttfb_ms=812.345, status=200)
    event = session_log.request_event(7, done, [replayed, change()], t=12.5)
    conversation = event["conversation"]
    assert isinstance(conversation, str)
    assert re.fullmatch("[0-9a-f]{12}", conversation)
    size = len(orjson.dumps(BODY))
    assert event == {
        "v": 1,
        "type": "request",
        "t": 12.5,
        "n": 7,
        "dialect": "anthropic",
        "model": "claude-opus-5-5",
        "conversation": conversation,
        "status": 200,
        "stream": True,
        "bytes_before": size,
        "bytes_after": size - 10,
        "tokens_before": 10_000,
        "tokens_after": 800,
        "ms": 3.142,
        "ttfb_ms": 812.3,
        "retried": False,
        "replayed": 1,
        "blocks": [
            {
                "key": "0f" * 16,
                "tool": "Bash",
                "compressor": "json_rows",
                "before": 5000,
                "after": 400,
                "lossless": False,
                "new": True,
                "reason": "",
                "retrieval": False,
                "original": "ab" * 6,
            }
        ],
        "mode": "optimize",
        "holdout": False,
        "upstream": "",
        "rounds": 0,
    }


def test_a_lookup_names_the_original_that_it_asked_for() -> None:
    came = change(decision=Decision(None, reason="retrieved"), retrieval=True)
    for asked, original in (("cd" * 6, "cd" * 6), ("", ""), (SENTENCE, "(hidden)")):
        event = session_log.request_event(1, exchange(BODY), [replace(came, asked=asked)])
        assert event["blocks"][0]["original"] == original  # type: ignore[index]


def test_what_the_proxy_knows_beyond_it_is_told() -> None:
    done = exchange(BODY)
    said = SimpleNamespace(
        **{
            name: getattr(done, name) for name in ("dialect", "outcome", "bytes_before", "ms", "ttfb_ms", "status")
        },
        was_retried=False,
        mode="audit",
        holdout=True,
        upstream="azure",
        rounds=2,
    )
    event = session_log.request_event(1, said, [])
    assert [event[name] for name in ("mode", "holdout", "upstream", "rounds")] == ["audit", True, "azure", 2]
    said.upstream, said.mode = "https://me:" + KEY, SENTENCE
    event = session_log.request_event(1, said, [])
    assert (event["mode"], event["upstream"]) == ("(hidden)", "(hidden)")


def test_a_head_is_told_in_digests_and_kinds() -> None:
    volatile = [("date", 120), (SENTENCE, 900)] + [("uuid", n) for n in range(99)]
    event = session_log.head_event(3, "ab12", tools="0f", system=SENTENCE, volatile=volatile, tokens=5000, t=2.5)
    told = event.pop("volatile")
    assert isinstance(told, list)
    assert told[:3] == ["date@120", "(hidden)@900", "uuid@0"]
    assert len(told) == 32
    assert event == {
        "v": 1,
        "type": "head",
        "t": 2.5,
        "n": 3,
        "conversation": "ab12",
        "tools": "0f",
        "system": "(hidden)",
        "tokens": 5000,
    }


def test_a_guard_says_why_and_what_was_lost() -> None:
    event = session_log.guard_event("ab12", f"cache reads fell below 90% for {KEY}", 12_500, t=1.0)
    assert (event["type"], event["conversation"], event["lost"]) == ("guard", "ab12", 12_500)
    assert event["why"] == "cache reads fell below 90% for …"


def test_a_retried_request_went_out_as_it_came() -> None:
    event = session_log.request_event(1, exchange(BODY, was_retried=True), [])
    assert event["retried"]
    assert event["bytes_after"] == event["bytes_before"]


def test_a_request_that_nobody_read_is_told_too() -> None:
    event = session_log.request_event(1, Exchange(anthropic, 5, Outcome(b"12345")), [])
    assert (event["model"], event["conversation"], event["bytes_after"]) == ("", "", 5)


def test_usage_is_told_with_what_was_saved() -> None:
    usage = Usage(3, 2000, 1000, 50_000, 400, "claude-opus-5-5-20260901", 250, 90)
    event = session_log.usage_event(7, usage, Saved(0, 900, 450, -10), RoundTrip(50_000, 120), t=13.0)
    assert event == {
        "v": 1,
        "type": "usage",
        "t": 13.0,
        "n": 7,
        "model": "claude-opus-5-5-20260901",
        "input": 3,
        "cache_write": 2000,
        "cache_write_1h": 1000,
        "cache_read": 50_000,
        "output": 400,
        "saved": {"input": 0, "cache_write": 900, "cache_write_1h": 450, "cache_read": -10},
        "round_trip": {"cache_read": 50_000, "output": 120, "input": 0},
        "reasoning": 250,
        "image": 90,
    }


def test_events_carry_the_time_they_are_made() -> None:
    event = session_log.end_event(None, 1.23456, "the wrapper was killed")
    assert event["duration_s"] == 1.235
    assert event["exit_code"] is None
    assert isinstance(event["t"], float)
    assert event["t"] > 1.7e9


def test_no_secret_reaches_the_file_from_anywhere(tmp_path: Path) -> None:
    path = session_log.new_session(
        tmp_path,
        agent=KEY,
        cwd="/src",
        version="1",
        policy=Policy(),
        upstream=f"https://ada:{PASSWORD}@api.example.com/{KEY}?key={KEY}",
    )
    planted = []
    for secret in (KEY, PASSWORD + " " + KEY, SENTENCE):
        body = {
            "model": secret,
            "metadata": {"user_id": secret},
            "system": secret,
            "tools": [{"name": secret, "description": secret, "input_schema": {secret: secret}}],
            "messages": [
                {"role": "user", "content": secret},
                {
                    "role": "assistant",
                    "content": [{"type": "tool_use", "id": secret, "name": secret, "input": {"x": secret}}],
                },
                {
                    "role": "user",
                    "content": [{"type": "tool_result", "tool_use_id": secret, "content": secret}],
                },
            ],
        }
        reason = f"cannot read {PASSWORD} or {KEY}"
        changes = [
            change(tool=secret, key=secret, decision=Decision(secret, "", reason, False, 9, 9, secret)),
            change(tool=secret, retrieval=True, decision=Decision(secret, original=secret)),
        ]
        usage = Usage(model=secret)
        planted += [
            session_log.request_event(1, exchange(body), changes),
            session_log.usage_event(1, usage, Saved(), RoundTrip()),
            session_log.head_event(
                1, secret, tools=secret, system=secret, volatile=[(secret, 5), (reason, 6)], tokens=9
            ),
            session_log.guard_event(secret, reason, 1),
            session_log.retrieve_event(secret, query=True, hit=False, tokens=0),
            session_log.error_event(secret, reason),
            session_log.end_event(1, 1.0, reason),
        ]
    with session_log.SessionLog(path) as log:
        for event in planted:
            log.append(event)
    written = path.read_bytes()
    assert not SECRETS.findall(written)
    assert b"api.example.com" in written
    assert len(session_log.read(path).events) == 1 + len(planted)


def test_a_folder_that_is_no_utf8_and_an_upstream_that_is_no_url_are_no_obstacle(tmp_path: Path) -> None:
    path = session_log.new_session(
        tmp_path, agent="claude", cwd="/src/caf\udce9", version="1", policy=Policy(), upstream="http://[oops"
    )
    (start,) = session_log.read(path).events
    assert isinstance(start, events.Start)
    assert (start.cwd, start.upstream) == ("/src/caf?", "(hidden)")
