from tests.provider.messages import identifier, message, output_tokens
from tests.provider.script import Call, Turn
from tests.provider.signing import sign

TURN = Turn(
    text="I look.",
    thinking="hm",
    calls=(Call("Bash", {"command": "ls"}), Call("Read", id="toolu_mine")),
    others=({"type": "server_tool_use", "id": "srvtoolu_1"},),
)


def test_a_turn_becomes_blocks_in_the_api_s_order() -> None:
    whole = message(TURN, "claude-opus-4-8", {"input_tokens": 1}, "seed")
    assert whole["content"] == [
        {"type": "thinking", "thinking": "hm", "signature": sign("hm")},
        {"type": "server_tool_use", "id": "srvtoolu_1"},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": identifier("toolu", "seed", 0), "name": "Bash", "input": {"command": "ls"}},
        {"type": "tool_use", "id": "toolu_mine", "name": "Read", "input": {}},
    ]
    assert (whole["stop_reason"], whole["model"]) == ("tool_use", "claude-opus-4-8")


def test_the_stop_reason_follows_the_blocks_unless_it_is_given() -> None:
    assert message(Turn("hi"), "m", {}, "s")["stop_reason"] == "end_turn"
    assert message(Turn("hi", stop_reason="max_tokens"), "m", {}, "s")["stop_reason"] == "max_tokens"


def test_ids_have_the_api_s_shape_and_follow_from_the_seed() -> None:
    assert identifier("msg", "a") == identifier("msg", "a") != identifier("msg", "b")
    assert identifier("toolu", "a").startswith("toolu_01")
    assert len(identifier("msg", "a")) == len("msg_01XFDUDYJgAACzvnptvVoYEL")


def test_output_tokens_are_counted_unless_they_are_scripted() -> None:
    assert output_tokens(TURN, len) == len("hm") + len("I look.") + len('{"command": "ls"}') + len("{}")
    assert output_tokens(Turn("hi", output_tokens=77), len) == 77
