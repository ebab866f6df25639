"""An output that an agent wrapped gets the form that it has alone; the wrapper stays as it is around it.

tests/fixtures/wrapped holds results as real agents sent them: AGENT_OUTPUT.txt.
"""

import functools
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from headroom import forms, markers, tokens
from headroom.compressors import COMPRESSORS
from headroom.policy import Policy
from headroom.types import Context
from tests.core.compressors import decode_json_rows, decode_logs
from tests.laws.conversations import conversation, log, requests, rows
from tests.laws.engines import Engine

REAL = sorted((Path(__file__).parents[1] / "fixtures" / "wrapped").glob("*.txt"))
ORIGINAL = "/o/0123456789ab.txt"
COMMAND = "git log -n 60"
SOURCE = "".join(f"def function_{n}(a, b):\n    return a * {n} + b\n\n" for n in range(300))


def form(text: str, level: str = "lossless", tool: str = "Bash", tool_input: str = "") -> forms.Form:
    context = Context("Why do the orders fail?", tool, tool_input, original=ORIGINAL)
    return forms.best(text, context, Policy.at(level), tokens.count, COMPRESSORS)


class Wrap(NamedTuple):
    """How an agent wraps an output, and the way back."""

    put: Callable[[str], str]
    taken: Callable[[str], str]
    """The output, or the form that takes its place; fails where anything around it changed."""
    in_string: bool = False


def between(head: str, tail: str) -> Wrap:
    def taken(text: str) -> str:
        assert text.startswith(head)
        assert text.endswith(tail)
        inner = text[len(head) : len(text) - len(tail)]
        if not head.endswith("\n") and inner.startswith("\n[headroom:"):
            inner = inner[1:]
        return inner.removesuffix("\n") if not tail.startswith("\n") else inner

    return Wrap(lambda text: head + text + tail, taken)


def in_json(document: Callable[[str], Any], **how: Any) -> Wrap:
    held = "\x01held\x01"

    def put(text: str) -> str:
        return json.dumps(document(held), **how).replace(json.dumps(held)[1:-1], json.dumps(text, **how)[1:-1])

    def taken(text: str) -> str:
        head, tail = put(held).split(json.dumps(held, **how)[1:-1])
        assert text.startswith(head)
        assert text.endswith(tail)
        json.loads(text)
        inner: str = json.loads(f'"{text[len(head) : len(text) - len(tail)]}"')
        return inner

    return Wrap(put, taken, in_string=True)


def nested(outer: Wrap, inner: Wrap) -> Wrap:
    return Wrap(
        lambda text: outer.put(inner.put(text)), lambda text: inner.taken(outer.taken(text)), outer.in_string
    )


TAGS = between("<untrusted_context>\nOutput: ", "\nExit Code: 2\nProcess Group PGID: 8434\n</untrusted_context>")
MCP = in_json(lambda text: {"content": [{"type": "text", "text": text}], "isError": False})
CODEX = in_json(
    lambda text: {"output": text, "metadata": {"exit_code": 0, "duration_seconds": 0.1}},
    separators=(",", ":"), ensure_ascii=False,
)  # fmt: skip
WRAPS = {
    "gemini": TAGS,
    "qwen": between(
        f"Command: {COMMAND}\nDirectory: (root)\nOutput: ",
        "\nError: (none)\nExit Code: 0\nSignal: 0\nProcess Group PGID: 8646",
    ),
    "streams": between("<stdout>", "</stdout>\n<stderr></stderr>\n<returncode>0</returncode>"),
    "codex": between("Exit code: 0\nWall time: 0 seconds\nOutput:\n", ""),
    "copilot": between("", "\n<shellId: 0 completed with exit code 0>"),
    "codex, as JSON": CODEX,
    "cline": in_json(lambda text: [{"query": COMMAND, "result": text, "success": True}]),
    "vibe": in_json(lambda text: {"command": COMMAND, "stdout": text, "stderr": "", "exit_code": 0}, indent=2),
    "MCP": MCP,
    "tags around JSON": nested(between("<untrusted_context>\n", "\n</untrusted_context>"), MCP),
    "JSON in JSON": nested(MCP, CODEX),
    "labels in JSON": nested(CODEX, between("Total output lines: 802\n\n", "")),
}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(WRAPS)), st.integers(40, 120), st.integers(0, 5), st.booleans())
def test_a_wrapped_output_gets_the_form_that_it_has_alone(name: str, count: int, seed: int, is_log: bool) -> None:
    output = log(count, seed) if is_log else rows(count, seed)
    wrap = WRAPS[name]
    alone, wrapped = form(output), form(wrap.put(output))
    assert alone.is_changed
    assert wrapped.lossless
    assert "".join(part.original for part in wrapped.parts) == wrap.put(output)
    inner = wrap.taken(wrapped.text)
    assert inner.rstrip("\n") == alone.text.rstrip("\n")
    if is_log:
        assert decode_logs.decode(inner.rstrip("\n")) == output
    else:
        assert decode_json_rows.same(decode_json_rows.decode(inner)[0], decode_json_rows.plain(output))


LINES = st.lists(
    st.sampled_from(
        [
            *('10:00:01 INFO a "b" c\n', "10:00:02 WARN \\ back\n", "é 😀 \u2028\n", "\r\n", "\x1b[31mr\x1b[0m\n"),
            *("<output>", "</output>", "Output: x\n", "\nError: y", "\nExit Code: 0", '{"a": "x"}\n', "$ ls\n"),
            *("<system-reminder>a</system-reminder>\n", "[headroom: 1 of 2 rows omitted]\n", "     1\tx\n", "\0"),
        ]
    ).flatmap(lambda line: st.integers(1, 60).map(lambda times: line * times)),
    max_size=8,
).map("".join)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(WRAPS)), LINES, st.sampled_from(["lossless", "balanced", "aggressive"]))
def test_whatever_is_wrapped_is_never_worse_and_stays_wrapped(name: str, output: str, level: str) -> None:
    wrap = WRAPS[name]
    text = wrap.put(output)
    found = form(text, level)
    assert "".join(part.original for part in found.parts) == text
    assert found.text == text or found.tokens_after < found.tokens_before == tokens.count(text)
    assert found.tokens_after == tokens.count(found.text)
    assert form(text, level) == found
    if not any(part.compressor == "json_rows" and not part.in_string for part in found.parts):
        wrap.taken(found.text)  # JSON as a whole may have another form, too


@pytest.mark.parametrize("name", sorted(WRAPS))
def test_the_marker_in_it_names_the_whole_result(name: str) -> None:
    found = form(WRAPS[name].put(log(400)), "aggressive")
    (omission,) = markers.find(found.text)
    assert omission.original == ORIGINAL
    assert markers.find(WRAPS[name].taken(found.text)) == [omission]
    assert not found.lossless


def test_the_store_has_the_whole_result_as_it_came_and_turns_add_up(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    messages = conversation(["short"] * len(WRAPS))
    results = [
        block
        for message in messages
        for block in message["content"]
        if isinstance(block, dict) and block["type"] == "tool_result"
    ]
    wrapped = [WRAPS[name].put(log(400, seed)) for seed, name in enumerate(sorted(WRAPS))]
    for result, text in zip(results, wrapped, strict=True):
        result["content"] = text
    bodies = list(requests(messages))
    sent = [json.loads(engine.send(body).body)["messages"] for body in bodies]
    for earlier, later in pairwise(sent):
        for message, again in zip(earlier, later, strict=False):
            assert plain_text(message) == plain_text(again)
    shown = [plain_text(message) for message in sent[-1]]
    named = [omission.key for text in shown for omission in markers.find(text)]
    assert [engine.store.get(key) for key in named] == wrapped
    assert [Path(engine.store.path(key)).read_bytes().decode() for key in named] == wrapped


def plain_text(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(str(block.get("content", "")) for block in content)


HOSTILE = {
    "JSON in JSON in JSON": lambda: functools.reduce(
        lambda text, _: json.dumps({"output": text}), range(8), log(400)
    ),
    "a long string": lambda: json.dumps({"output": "x" * 3_000_000}),
    "a string of escapes": lambda: '{"output": "' + '\\"' * 500_000 + '"}',
    "notes in a string": lambda: json.dumps({"output": "<system-reminder>" * 50_000}),
    "tags in a string": lambda: json.dumps({"output": "<output>a</output>\n" * 50_000}),
    "labels": lambda: "Output: " + "Output: x\nExit Code: 0\n" * 50_000,
    "deep in a string": lambda: json.dumps({"output": "[" * 300_000}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_wrappers_take_no_long_time(name: str) -> None:
    text = HOSTILE[name]()
    found = form(text, "aggressive")
    assert found.text == text or found.tokens_after < found.tokens_before


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_real_results_become_as_small_as_what_is_in_them(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = form(text, "balanced")
    assert found.is_changed
    assert found.tokens_after < 0.55 * found.tokens_before
    if text[:1] in "[{":
        before, after = json.loads(text), json.loads(found.text)
        held = "result" if isinstance(before, list) else "output"
        both = [before[0], after[0]] if isinstance(before, list) else [before, after]
        assert list(both[0]) == list(both[1])
        assert [value for key, value in both[0].items() if key != held] == [
            value for key, value in both[1].items() if key != held
        ]
    for label in ("Exit Code: ", "Error: ", "Process Group PGID: ", "Wall time", "<shellId", '"exit_code":'):
        lines = [line for line in text.splitlines() if line.startswith(label)]
        assert [line for line in found.text.splitlines() if line.startswith(label)] == lines


def test_the_command_in_a_wrapper_chooses_the_row() -> None:
    (text,) = [file.read_text(encoding="utf-8") for file in REAL if file.stem == "cline_git_log"]
    assert form(text, "balanced").compressor == "git_log"
    other = text.replace("git log -n 60", "headroom retrieve 0123456789ab")
    assert not form(other, "balanced").is_changed


@pytest.mark.parametrize("tool_input", ["", '{"command": "node run.js"}', '{"commands": ["cat src/app.py"]}'])
@pytest.mark.parametrize(
    "text",
    [
        "Command: cat src/app.py\nDirectory: (root)\nOutput: " + SOURCE + "\nError: (none)\nExit Code: 0",
        json.dumps([{"query": "cat src/app.py", "result": SOURCE, "success": True}]),
        json.dumps([{"query": "/proj/src/app.py", "result": SOURCE, "success": True}]),
        json.dumps({"command": ["bash", "-lc", "sed -n 1,900p src/app.py"], "stdout": SOURCE, "exit_code": 0}),
        json.dumps([{"query": f"cat src/{n}.py", "result": SOURCE + str(n), "success": True} for n in range(12)]),
        json.dumps([{"query": "cat src/a.py", "result": SOURCE}, {"query": "cat src/b.md", "result": "x " * 400}]),
        json.dumps({"path": "src/app.py", "content": SOURCE}, indent=2),
        json.dumps({"file": {"filename": "app.py", "body": log(300)}}),
        "<untrusted_context>\n" + json.dumps({"path": "a.ini", "text": log(300)}) + "\n</untrusted_context>",
    ],
)
def test_a_wrapper_is_no_way_around_what_protects_files(text: str, tool_input: str) -> None:
    for level in ("lossless", "balanced", "aggressive"):
        found = form(text, level, tool_input=tool_input)
        assert not found.is_changed, found.compressor


@pytest.mark.parametrize("name", sorted(WRAPS))
@pytest.mark.parametrize(
    "tool_input", ['{"path": "src/a.py"}', '{"command": "cat src/a.py"}', '{"command": "cat src/a.py; git log"}']
)
def test_nor_is_one_around_what_the_call_says(name: str, tool_input: str) -> None:
    assert not form(WRAPS[name].put(log(300)), "aggressive", tool_input=tool_input).is_changed


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_odd_encodings_pass_through(before: str, after: str) -> None:
    assume("\ud800" not in before + after)
    text = json.dumps({"before": before, "output": log(60), "after": after})
    found = form(text, "balanced")
    document = json.loads(found.text)
    assert list(document) == ["before", "output", "after"]
    assert (document["before"], document["after"]) == (before, after)
    for odd in ("\\ud800", "\\u0000", "\\q"):
        held = text.replace('"output": "', '"output": "' + odd)
        assert form(held, "balanced").text == held
