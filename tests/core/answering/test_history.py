"""Anchors find a message again by what a client sends of it; what is put back never makes a request invalid."""

import json

from headroom.answering.anthropic_blocks import WIRE
from headroom.answering.history import Item, Said, anchor, context_of, record, reinsert, text_item
from headroom.spans import splice

LONG_ID = "toolu_0123456789abcdef"
CALL = '{"type":"tool_use","id":"ours","name":"headroom_retrieve","input":{}}'
RESULT = '{"type":"tool_result","tool_use_id":"ours","content":"x"}'
OURS = Said(Item("call", "ours", "headroom_retrieve"), CALL, RESULT)


def text(said: str) -> Said:
    return Said(text_item(said))


def out(messages: object, known: dict[str, str], **more: object) -> object:
    body = json.dumps({"messages": messages, **more}).encode()
    changes = reinsert(body, lambda names: {name: known[name] for name in names if name in known}, WIRE)
    return json.loads(splice(body, changes))["messages"]


def test_a_call_of_a_unique_id_is_all_that_an_anchor_needs() -> None:
    one = anchor([text_item("a"), Item("call", LONG_ID, "Bash")], "before")
    assert one == anchor([Item("thinking", "t"), Item("call", LONG_ID, "Bash")], "elsewhere")
    assert one != anchor([Item("call", LONG_ID + "0", "Bash")], "before")
    counted = [anchor([text_item(said), Item("call", "call_0", "Bash")], "before") for said in ("a", "b")]
    assert counted[0] != counted[1]


def test_a_long_text_needs_nothing_beside_it_and_a_short_one_does() -> None:
    said = "many words " * 20
    assert anchor([text_item(said)], "a") == anchor([text_item(said[:50]), text_item(said[50:] + "\n")], "b")
    assert anchor([text_item("Done.")], "a") != anchor([text_item("Done.")], "b")
    assert anchor([Item("thinking", "t")], "a") == anchor([Item("thinking", "t")], "b") != ""
    assert anchor([], "a") == anchor([Item("other", "x")], "a") == ""


def test_the_context_is_the_user_s_words_and_the_last_call() -> None:
    messages = [{"role": "user", "content": "how many?"}]

    def context(*more: object) -> str:
        return context_of(json.dumps({"messages": [*messages, *more]}).encode(), WIRE)

    reminder = {"role": "user", "content": [{"type": "text", "text": "<system-reminder>"}]}
    assert context() == context(reminder) == context({"role": "system", "content": "x"})
    assert context() == context(
        {"role": "assistant", "content": [json.loads(CALL)]}, {"role": "user", "content": [json.loads(RESULT)]}
    )
    assert context() != context({"role": "user", "content": "how  many more?"})
    assert context() != context({"role": "assistant", "content": [{**json.loads(CALL), "name": "Bash"}]})


QUESTION = {"role": "user", "content": "q"}
CONTEXT = context_of(json.dumps({"messages": [QUESTION]}).encode(), WIRE)


def known(*rounds: list[Said]) -> dict[str, str]:
    seen = [said.item for one in rounds for said in one if not said.call]
    return {anchor(seen, CONTEXT): record(rounds)}


def test_blocks_that_are_not_those_of_the_rounds_are_left_alone() -> None:
    kept = known([text("a"), OURS], [text("b")])
    for content in ("ab", [{"type": "text", "text": "ab"}], [{"type": "text", "text": said} for said in "abb"]):
        messages = [QUESTION, {"role": "assistant", "content": content}, {"role": "user", "content": "ok"}]
        assert out(messages, kept) == messages


def test_a_call_whose_result_has_no_place_is_left_out() -> None:
    kept = known([text("a"), OURS])
    said = {"role": "assistant", "content": [{"type": "text", "text": "a"}]}
    assert out([QUESTION, said], kept) == [QUESTION, said]
    assert out([QUESTION, said, said], kept) == [QUESTION, said, said]


def test_results_stand_before_what_the_user_says() -> None:
    kept = known([text("a"), OURS])
    said = {"role": "assistant", "content": [{"type": "text", "text": "a"}]}
    note = {"role": "system", "content": "n"}
    for content in ("ok", [{"type": "text", "text": "ok"}]):
        messages = out([QUESTION, said, note, {"role": "user", "content": content}], kept)
        assert messages == [
            QUESTION,
            {"role": "assistant", "content": [said["content"][0], json.loads(CALL)]},
            note,
            {"role": "user", "content": [json.loads(RESULT), {"type": "text", "text": "ok"}]},
        ]


def test_other_members_of_a_message_stand_in_each_of_its_parts() -> None:
    kept = known([OURS], [text("a")])
    said = {"id": 1, "content": [{"type": "text", "text": "a"}], "role": "assistant"}
    messages = out([QUESTION, said, {"role": "user", "content": "ok"}], kept)
    assert messages == [
        QUESTION,
        {**said, "content": [json.loads(CALL)]},
        {"role": "user", "content": [json.loads(RESULT)]},
        said,
        {"role": "user", "content": "ok"},
    ]
