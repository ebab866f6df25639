import json

from tests.provider.openai_chat import DONE, chunks, events, whole
from tests.provider.script import UNDISTURBED, Call, Json, Stream, Turn

REQUEST: Json = {"model": "gpt-4o", "stream": True, "stream_options": {"include_usage": True}}
WORDS = "Héllo 🎉, this is more than one piece of text"
TURN = Turn(WORDS, calls=(Call("sh", {"command": "cat é.json"}), Call("js", "text(1)"), Call("ls", id="mine")))
WHOLE = whole(TURN, REQUEST, {"prompt_tokens": 3}, "seed")


def deltas(request: Json = REQUEST) -> list[Json]:
    listed = events(WHOLE, request, UNDISTURBED)[:-1]
    return [event["choices"][0]["delta"] for event in listed if event["choices"]]


def test_a_turn_is_a_completion() -> None:
    (choice,) = WHOLE["choices"]
    first, second, third = choice["message"]["tool_calls"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", WORDS)
    assert first["id"].startswith("call_")
    assert first["function"] == {"name": "sh", "arguments": '{"command":"cat é.json"}'}
    assert (second["type"], second["custom"]) == ("custom", {"name": "js", "input": "text(1)"})
    assert (third["id"], WHOLE["usage"]) == ("mine", {"prompt_tokens": 3})


def test_pieces_add_up_to_the_whole() -> None:
    text = ""
    calls: dict[int, str] = {}
    for delta in deltas():
        text += delta.get("content") or ""
        for piece in delta.get("tool_calls", ()):
            body = piece.get("function") or piece["custom"]
            calls.setdefault(piece["index"], "")
            calls[piece["index"]] += body.get("arguments", body.get("input"))
    assert text == WORDS
    assert calls == {0: '{"command":"cat é.json"}', 1: "text(1)", 2: "{}"}
    assert sum("id" in piece for delta in deltas() for piece in delta.get("tool_calls", ())) == 3


def test_usage_comes_last_where_it_is_asked_for() -> None:
    asked = events(WHOLE, REQUEST, UNDISTURBED)
    assert asked[-1] == DONE
    assert (asked[-2]["choices"], asked[-2]["usage"]) == ([], {"prompt_tokens": 3})
    assert asked[0]["usage"] is None
    plain = events(WHOLE, {}, UNDISTURBED)
    assert len(plain) == len(asked) - 1
    assert not any("usage" in event for event in plain)


def test_the_last_chunk_gives_the_reason_and_the_first_the_role() -> None:
    listed = events(WHOLE, {}, UNDISTURBED)
    assert listed[0]["choices"][0]["delta"]["role"] == "assistant"
    assert listed[-2]["choices"][0]["finish_reason"] == "tool_calls"
    stopped = whole(Turn("a", stop_reason="max_tokens"), REQUEST, {}, "seed")
    assert stopped["choices"][0]["finish_reason"] == "length"
    silent = events(whole(Turn(calls=(Call("a"),)), REQUEST, {}, "s"), {}, UNDISTURBED)
    assert silent[0]["choices"][0]["delta"]["content"] is None


def test_on_the_wire() -> None:
    written = chunks(events(WHOLE, REQUEST, UNDISTURBED))
    assert written[-1] == b"data: [DONE]\n\n"
    assert json.loads(written[0].removeprefix(b"data: "))["object"] == "chat.completion.chunk"


def test_a_stream_can_lack_its_end_or_break_off_in_an_error() -> None:
    assert DONE not in events(WHOLE, REQUEST, Stream(leave_out=("done",)))
    broken = events(WHOLE, REQUEST, Stream(error_at=2))
    assert (len(broken), broken[2]["error"]["type"]) == (3, "server_error")
    added = events(WHOLE, REQUEST, Stream(insert={1: [{"type": "future"}]}))
    assert added[1] == {"type": "future"}
