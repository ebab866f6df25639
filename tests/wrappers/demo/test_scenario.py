"""What the demo's model says, given what it was sent."""

from typing import Any

from headroom_wrappers.demo import samples, scenario, tools

Json = dict[str, Any]

QUESTION: Json = {"role": "user", "content": "Why?"}
SHORTENED = """\
09:37 ERROR req-0a1b2c failed
[headroom: 590 of 600 lines omitted (INFO 590); all of it: /home/a b/store/0f1e2d]
"""


def call_and_result(call: Json, result: str) -> list[Json]:
    block = {"type": "tool_result", "tool_use_id": call["id"], "content": [{"type": "text", "text": result}]}
    return [{"role": "assistant", "content": [call]}, {"role": "user", "content": [block]}]


def play(shorten: str = "") -> tuple[list[Json], str]:
    """Go through the conversation; the output of one command comes back shortened."""
    messages = [QUESTION]
    calls: list[Json] = []
    while True:
        *_, last = scenario.answer(messages)
        if last["type"] == "text":
            return calls, last["text"]
        calls.append(last)
        shortened = shorten and last["input"].get("command") == shorten
        result = SHORTENED if shortened else tools.run(last["name"], last["input"]).text
        messages += call_and_result(last, result)


def test_the_tools_are_asked_for_in_order_and_the_answer_is_made_of_what_they_showed() -> None:
    calls, answer = play()
    assert [call["input"]["command"] for call in calls] == list(samples.COMMANDS)
    assert len({call["id"] for call in calls}) == len(calls)
    assert "Failing tests: tests/test_money.py::test_to_minor_units[JPY-1200-1200]; tests/test_refunds" in answer
    assert "Added by the change: return Decimal(1).scaleb(-EXPONENTS[currency]);" in answer
    assert "not in what I was shown" not in answer


def test_what_was_left_out_is_read_from_the_original_once_and_at_once() -> None:
    command = list(samples.COMMANDS)[1]
    calls, _ = play(shorten=command)
    assert [call["name"] for call in calls] == ["bash", "bash", "read_file", "bash", "bash", "bash"]
    assert calls[2]["input"] == {"path": "/home/a b/store/0f1e2d", "containing": "req-0a1b2c"}


def test_an_original_without_a_failed_request_is_read_from_its_beginning() -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "bash", "input": {"command": "x"}}
    text = "id,total\n1,2\n[headroom: 9 of 10 rows omitted; all of it: /o/1]"
    *_, last = scenario.answer([QUESTION, *call_and_result(call, text)])
    assert last["input"] == {"path": "/o/1", "start_line": 1, "max_lines": 20}


def test_a_fact_that_was_not_shown_is_not_claimed() -> None:
    calls, _ = play()
    messages = [QUESTION]
    for call in calls:
        messages += call_and_result(call, "nothing")
    [answer] = scenario.answer(messages)
    assert answer["text"].count("not in what I was shown") == 5
