"""Hostile outputs: bounded time, the same or a readable form, no crash, whatever row they look like."""

import json
import random

import pytest

from headroom import forms, spans, tokens
from headroom.compressors import COMPRESSORS
from headroom.policy import Policy
from headroom.types import Context

MB = 1_000_000
SECONDS = 30
"""Far more than is needed here; a quadratic row takes hours."""
CHANCE = random.Random(7)
LINE = "2026-11-20T10:00:00Z INFO web: GET /orders/17 200 in 12 ms\n"

TEXTS = {
    "JSON of 5 MB": lambda: json.dumps(
        [{"id": n, "name": f"order {n}", "x": {"y": n % 7}} for n in range(90_000)]
    ),
    "an array of numbers": lambda: json.dumps([n * 7 % 1000 for n in range(700_000)]),
    "deep nesting": lambda: "[" * 200_000 + "]" * 200_000,
    "deep objects": lambda: '{"a":' * 200_000 + "1" + "}" * 200_000,
    "nesting without an end": lambda: '{"a":[' * 200_000,
    "cut JSON": lambda: json.dumps([{"id": n, "name": f"order {n}"} for n in range(20_000)])[:-100],
    "JSON cut in the middle": lambda: json.dumps([{"id": n, "x": {"y": n}} for n in range(40_000)]).replace(
        '"id": 20000', "…9 tokens truncated…", 1
    ),
    "NUL bytes": lambda: "\0" * MB,
    "NUL in a log": lambda: LINE.replace("web", "w\0b") * 20_000,
    "CRLF": lambda: LINE.replace("\n", "\r\n") * 20_000,
    "carriage returns": lambda: "progress 1%\r" * 300_000,
    "escapes": lambda: "\x1b[31m\x1b[1mx\x1b[0m" * 200_000,
    "broken escapes": lambda: "\x1b[" * 500_000,
    "no line end": lambda: "x" * MB,
    "words without end": lambda: "word " * MB,
    "only line ends": lambda: "\n" * MB,
    "brackets": lambda: "([{<" * MB,
    "quotes": lambda: "\"'`" * MB,
    "pipes": lambda: "| a | b |\n" * 200_000,
    "commas": lambda: "a,b,,\n" * 300_000,
    "colons": lambda: "a:1:b\n" * 300_000,
    "dashes": lambda: "--- a\n+++ b\n" * 200_000,
    "hunks": lambda: "diff --git a/x b/x\n@@ -1,9999 +1,9999 @@\n" * 50_000,
    "tags": lambda: "<html>" + "<div>" * 200_000,
    "half tags": lambda: "<html><" * 400_000,
    "fences": lambda: "```\n" * 400_001,
    "stack": lambda: "Traceback (most recent call last):\n" * 100_000,
    "verdicts": lambda: "tests/a.py::test_x FAILED\n" * 100_000,
    "a path": lambda: "/a" * 2 * MB,
    "many paths": lambda: "".join(f"./{n % 977}/{n}/x.py\n" for n in range(100_000)),
    "reminders": lambda: "<system-reminder>" * 200_000,
    "surrogates in JSON": lambda: '[{"a": "\\ud800"}, {"a": "\\udc00x"}]' * 1000,
    "not ASCII": lambda: "".join(chr(CHANCE.choice((0xE9, 0x4E2D, 0x1F600, 0x202E))) for _ in range(500_000)),
    "noise": lambda: "".join(chr(CHANCE.randrange(32, 127)) for _ in range(MB)),
    "noise in lines": lambda: "".join(CHANCE.choice('ab:/-[]{}",\n\t ') for _ in range(MB)),
}
"""What is compressed; made when needed, for some are large."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize("level", ["balanced", "aggressive"])
@pytest.mark.parametrize("name", TEXTS)
def test_bounded_time_and_a_form_that_can_be_sent(name: str, level: str) -> None:
    text = TEXTS[name]()
    tokens.count(text[:1000])
    form = forms.best(text, Context(original="/o/0123456789ab.txt"), Policy.at(level), tokens.count, COMPRESSORS)
    spans.encode_text(form.text)
    assert form.text == text or form.tokens_after < form.tokens_before


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "command", ["pytest -v", "rg x", "git diff", "ls -la", "git log", "cargo build", "curl x", "cat a"]
)
@pytest.mark.parametrize("name", ["no line end", "noise in lines", "colons", "broken escapes", "only line ends"])
def test_also_for_the_rows_that_a_command_names(name: str, command: str) -> None:
    context = Context(tool="Bash", tool_input=json.dumps({"command": command}), original="/o/0123456789ab.txt")
    text = TEXTS[name]()
    form = forms.best(text, context, Policy(), tokens.count, COMPRESSORS)
    assert form.text == text or form.tokens_after < form.tokens_before
