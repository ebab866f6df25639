"""Where tool results stand in an Anthropic request, read from bytes."""

import json
from typing import Any

import pytest

from headroom.dialects import anthropic
from headroom.dialects.base import Reading, Resume, UnknownShape
from headroom.types import Usage


def body_of(*messages: dict[str, Any], **fields: Any) -> bytes:
    return json.dumps({"model": "claude-x", "messages": messages, **fields}, ensure_ascii=False).encode()


def user(*blocks: Any) -> dict[str, Any]:
    return {"role": "user", "content": blocks[0] if blocks and isinstance(blocks[0], str) else list(blocks)}


def call(name: str, call_id: str, **tool_input: Any) -> dict[str, Any]:
    block = {"type": "tool_use", "id": call_id, "name": name, "input": tool_input}
    return {"role": "assistant", "content": [{"type": "text", "text": "let me look"}, block]}


def result(call_id: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}


def found(reading: Reading) -> list[tuple[str, str, str, str, str]]:
    return [(b.text, b.tool, b.tool_input, b.query, b.untouchable) for b in reading.walk.blocks]


CASES: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, str, str, str]]]] = {
    "string content": (
        [user("list it"), call("Bash", "t1", command="ls"), user(result("t1", "a\nb"))],
        [("a\nb", "Bash", '{"command": "ls"}', "list it", "")],
    ),
    "block content": (
        [
            user("q"),
            call("Grep", "t1"),
            user(result("t1", [{"type": "text", "text": "x"}, {"type": "text", "text": "y"}])),
        ],
        [("x", "Grep", "{}", "q", ""), ("y", "Grep", "{}", "q", "")],
    ),
    "images and unknown parts are not texts": (
        [
            user(
                result("t1", [{"type": "image", "source": {"data": "AA"}}, {"type": "new", "text": "z"}, "odd", 7])
            )
        ],
        [],
    ),
    "a call that is not there": ([user("q"), user(result("t9", "out"))], [("out", "", "", "q", "")]),
    "no content": ([user("q"), user(result("t9", None)), user({"type": "tool_result", "tool_use_id": "t"})], []),
    "the query is the last user text before, not a reminder": (
        [
            user(
                {"type": "text", "text": "first"},
                {"type": "text", "text": "<system-reminder>no</system-reminder>"},
            ),
            call("Bash", "t1"),
            user(result("t1", "out"), {"type": "text", "text": "later"}),
        ],
        [("out", "Bash", "{}", "first", "")],
    ),
    "system entries and assistants in between are left alone": (
        [user("q"), {"role": "system", "content": "mid"}, {"role": "system", "content": [result("t1", "inside")]}],
        [("inside", "", "", "q", "role 'system'")],
    ),
    "server tools, documents, thinking": (
        [
            user("q"),
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "s"},
                    {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}},
                    {
                        "type": "web_search_tool_result",
                        "tool_use_id": "s1",
                        "content": [{"type": "text", "text": "no"}],
                    },
                ],
            },
            user({"type": "document", "source": {"type": "text", "data": "no"}}),
        ],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_blocks(case: str) -> None:
    messages, expected = CASES[case]
    assert found(anthropic.read(body_of(*messages))) == expected


def test_spans_are_the_literals_of_the_texts() -> None:
    body = body_of(user("ü"), call("Bash", "t"), user(result("t", 'é "quoted" \\ \U0001f600')), system="später")
    (block,) = anthropic.read(body).walk.blocks
    assert json.loads(body[block.start : block.end]) == block.text


def test_duplicate_keys_make_a_block_untouchable() -> None:
    body = b'{"messages":[{"role":"user","content":[{"type":"tool_result","content":"a","content":"b"}]}]}'
    assert [b.untouchable for b in anthropic.read(body).walk.blocks] == ["duplicate key"]
    body = b'{"messages":[{"role":"user","content":"x","content":[{"type":"tool_result","content":"a"}]}]}'
    assert [b.untouchable for b in anthropic.read(body).walk.blocks] == ["duplicate key"]


@pytest.mark.parametrize(
    "body",
    [
        b"{}", b"[]", b"null", b"", b"not json", b'{"messages":[]', b'{"messages":{}}',
        b'{"messages":[],"messages":[]}',
        b'{"messages":[]} x', b'{"model":"a","model":"b","messages":[]}', b'{"m\\u0065ssages":[],"messages":[]}',
    ],
)  # fmt: skip
def test_unexpected_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        anthropic.read(body)
    assert issubclass(UnknownShape, ValueError)


def test_the_head_is_read_on_both_sides_of_the_messages() -> None:
    body = json.dumps(
        {"model": "claude-x", "tools": [{"name": "a"}], "messages": [user("q")], "system": "sys", "stream": True,
         "metadata": {"user_id": "u1"}}
    ).encode()  # fmt: skip
    head = anthropic.read(body).head
    assert (head.model, head.stream, head.client, head.before_bytes) == (
        "claude-x", True, '{"user_id": "u1"}', len('[{"name": "a"}]') + len('"sys"')
    )  # fmt: skip


def test_a_conversation_keeps_its_name_and_another_has_another() -> None:
    one = anthropic.read(body_of(user("q"), metadata={"user_id": "s1"}))
    longer = anthropic.read(
        body_of(user("q"), call("Bash", "t"), user(result("t", "o")), metadata={"user_id": "s1"})
    )
    assert one.conversation == longer.conversation
    assert one.conversation != anthropic.read(body_of(user("q"), metadata={"user_id": "s2"})).conversation
    assert one.conversation != anthropic.read(body_of(user("p"), metadata={"user_id": "s1"})).conversation


def test_breakpoints_tell_what_the_provider_may_cache() -> None:
    body = body_of(
        user("q"), call("Bash", "t"), user(result("t", "old", cache_control={"type": "ephemeral"})),
        call("Bash", "u"), user(result("u", "new")),
    )  # fmt: skip
    reading = anthropic.read(body)
    old, new = reading.walk.blocks
    assert (reading.is_cached(old.start), reading.is_cached(new.start)) == (True, False)
    assert 0 < reading.position(old.start) < reading.position(new.start) < 1
    automatic = anthropic.read(body_of(user("q"), user(result("u", "new")), cache_control={"type": "ephemeral"}))
    assert automatic.is_cached(automatic.walk.blocks[0].start)


def test_a_resumed_walk_reads_the_same_as_a_whole_one() -> None:
    messages = [user("q")]
    for n in range(6):
        messages += [
            call("Bash", f"t{n}", n=n),
            user(result(f"t{n}", f"out {n}"), {"type": "text", "text": f"more {n}"}),
        ]
    tail = {"system": "s", "metadata": {"user_id": "u"}}
    for count in range(1, len(messages)):
        short = body_of(*messages[:count], **tail)
        first = anthropic.read(short)
        for mark_count in range(1, count + 1):
            marks = first.walk.marks[:mark_count]
            resume = Resume(first, marks[-1], marks, short[first.end :])
            whole, resumed = (
                anthropic.read(body_of(*messages, **tail)),
                anthropic.read(body_of(*messages, **tail), resume),
            )
            assert found(whole)[marks[-1].blocks :] == found(resumed)
            assert (whole.walk.marks, whole.conversation, whole.end) == (
                resumed.walk.marks,
                resumed.conversation,
                resumed.end,
            )
            assert whole.head == resumed.head


USAGE: list[tuple[list[dict[str, Any]], Usage]] = [
    (
        [
            {"type": "message_start", "message": {"model": "m-1", "usage": {
                "input_tokens": 4, "cache_creation_input_tokens": 50, "cache_read_input_tokens": 1000,
                "output_tokens": 1,
                "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30}}}},
            {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 99}},
        ],
        Usage(4, 50, 30, 1000, 99, "m-1"),
    ),
    (
        [{"type": "message", "model": "m", "usage": {"input_tokens": 7, "output_tokens": 3}}],
        Usage(7, output=3, model="m"),
    ),
    ([{"type": "message_delta", "usage": {"input_tokens": None, "output_tokens": True}}, {"usage": 3}], Usage()),
]  # fmt: skip


@pytest.mark.parametrize(("events", "expected"), USAGE)
def test_usage(events: list[dict[str, Any]], expected: Usage) -> None:
    usage = Usage()
    for event in events:
        usage = anthropic.usage(event, usage)
    assert usage == expected


def test_an_id_that_comes_again_changes_nothing_before_it() -> None:
    messages = [user("q"), call("Bash", "t"), user(result("t", "one"))]
    longer = [*messages, call("Read", "t"), user(result("t", "two"))]
    first = anthropic.read(body_of(*longer))
    assert [block.tool for block in first.walk.blocks] == ["Bash", "Read"]
    marks = first.walk.marks[:2]
    resume = Resume(first, marks[-1], marks, b"")
    assert found(anthropic.read(body_of(*messages), resume)) == found(anthropic.read(body_of(*messages)))


PROGRAM = {"caller": {"type": "code_execution_20250825", "tool_id": "srv"}}


def test_what_a_program_asked_for_is_left_to_it() -> None:
    by_program, by_model = call("Bash", "t1"), call("Bash", "t2")
    by_program["content"][1] |= PROGRAM
    by_model["content"][1] |= {"caller": {"type": "direct"}}
    body = body_of(user("q"), by_program, user(result("t1", "a")), by_model, user(result("t2", "b")))
    assert [(b.text, b.untouchable) for b in anthropic.read(body).walk.blocks] == [
        ("a", "read by a program"),
        ("b", ""),
    ]


QUOTED = {"type": "search_result", "title": "t", "source": "s", "content": [{"type": "text", "text": "no"}]}


@pytest.mark.parametrize(
    ("part", "texts"),
    [
        ({"type": "text", "text": "x"}, ["x"]),
        ({"type": "text", "text": "x", "citations": None}, ["x"]),
        ({"type": "text", "text": "x", "citations": [{"type": "char_location"}]}, []),
        ({"type": "text", "text": 7}, []),
        (QUOTED, []),
        ({"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "no"}]}}, []),
        ({"type": "tool_reference", "tool_name": "x"}, []),
    ],
)
def test_parts_of_a_result(part: dict[str, Any], texts: list[str]) -> None:
    assert [b.text for b in anthropic.read(body_of(user(result("t", [part])))).walk.blocks] == texts


@pytest.mark.parametrize("kind", ["server_tool_use", "web_search_tool_result", "web_fetch_tool_result",
                                  "code_execution_tool_result", "bash_code_execution_tool_result", "mcp_tool_use",
                                  "mcp_tool_result", "container_upload", "compaction", "new"])  # fmt: skip
def test_what_the_provider_runs_itself_is_opaque(kind: str) -> None:
    block = {"type": kind, "id": "s", "tool_use_id": "s", "input": {}, "content": [{"type": "text", "text": "no"}]}
    walk = anthropic.read(body_of(user(block), {"role": "assistant", "content": [block]})).walk
    assert not walk.blocks
    assert not walk.calls
    (one, other) = anthropic.outline(body_of(user(block), {"role": "assistant", "content": [block]}))
    assert [part.kind for part in (*one.parts, *other.parts)] == ["other", "other"]


def test_a_body_for_vertex_or_bedrock_has_no_model() -> None:
    body = json.dumps(
        {"anthropic_version": "bedrock-2023-05-31", "messages": [user("q")], "max_tokens": 1}
    ).encode()
    head = anthropic.read(body).head
    assert (head.model, head.stream) == ("", False)


def test_the_outline_of_a_turn() -> None:
    body = body_of(user("q"), call("Bash", "t"), user(result("t", "out")))
    said, made, answer = anthropic.outline(body)
    assert (said.role, said.parts[0].text, said.parts[0].span) == ("user", "q", said.content)
    assert [(p.kind, p.id, p.name, p.text) for p in made.parts] == [
        ("text", "", "", "let me look"), ("call", "t", "Bash", "")
    ]  # fmt: skip
    assert json.loads(body[answer.parts[0].span]) == result("t", "out")
    assert (answer.parts[0].kind, answer.parts[0].id) == ("result", "t")
