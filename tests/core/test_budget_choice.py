"""Which rounds leave, and what they are judged by."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import budget_choice
from headroom.budget_choice import Facts, Strategy, choose
from headroom.budget_rounds import rounds
from headroom.dialects import anthropic

FACTS = st.builds(
    Facts,
    number=st.integers(0, 60),
    tokens=st.integers(1, 50_000),
    mentioned=st.integers(0, 9),
    failed=st.booleans(),
    superseded=st.booleans(),
)


@given(
    st.lists(FACTS, unique_by=lambda fact: fact.number),
    st.integers(-5, 300_000),
    st.sampled_from(["rolling", "intelligent"]),
)
def test_as_few_leave_as_free_the_excess(facts: list[Facts], excess: int, strategy: Strategy) -> None:
    chosen = choose(facts, excess, strategy)
    freed = {fact.number: fact.tokens for fact in facts}
    total = sum(freed[number] for number in chosen)
    assert chosen == sorted(set(chosen))
    assert total >= excess or len(chosen) == len(facts)
    if chosen:
        assert total - max(freed[number] for number in chosen) < excess


def test_rolling_takes_the_oldest() -> None:
    facts = [Facts(number, 100, superseded=number == 9) for number in range(10)]
    assert choose(facts, 250, "rolling") == [0, 1, 2]


WORTH_LESS: list[tuple[str, Facts, Facts]] = [
    ("older", Facts(1, 500), Facts(8, 500)),
    ("larger", Facts(4, 50_000), Facts(4, 300)),
    ("nobody speaks of it", Facts(4, 500), Facts(4, 500, mentioned=3)),
    ("nothing failed", Facts(4, 500), Facts(4, 500, failed=True)),
    ("read again, though new", Facts(9, 500, mentioned=9, failed=True, superseded=True), Facts(0, 500)),
    ("read again, and larger", Facts(5, 9000, superseded=True), Facts(5, 500, superseded=True)),
]


@pytest.mark.parametrize(("why", "less", "more"), WORTH_LESS)
def test_what_is_worth_less_leaves_first(why: str, less: Facts, more: Facts) -> None:
    assert budget_choice.worth(less, 10) < budget_choice.worth(more, 10), why
    if less.number != more.number:
        assert choose([less, more], 1, "intelligent") == [less.number]


def facts_of(*calls: tuple[str, dict[str, Any], str]) -> list[Facts]:
    messages: list[Any] = [{"role": "user", "content": "Go."}]
    for n, (name, said, text) in enumerate(calls):
        messages += [
            {"role": "assistant", "content": [{"type": "tool_use", "id": f"t{n}", "name": name, "input": said}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"t{n}", "content": text}]},
        ]
    body = json.dumps({"messages": messages}).encode()
    outline = anthropic.outline(body)
    every = rounds(outline)
    return budget_choice.facts(body, outline, every, range(len(every)), lambda each: 100 * len(each.calls))


def test_names_that_come_again() -> None:
    found = facts_of(
        ("Bash", {"command": "ls"}, "src/billing/invoice.py\nsrc/billing/tax_rules.py\norder 7f3a91c2"),
        ("Read", {"file_path": "/repo/src/billing/invoice.py"}, "x = 1"),
        ("Bash", {"command": "show 7f3a91c2 and invoice.py"}, "plain words only"),
        ("Bash", {"command": "echo plain"}, "invoice.py"),
    )
    assert [fact.mentioned for fact in found] == [2, 0, 0, 0]
    assert [fact.tokens for fact in found] == [100] * 4


def test_reads_of_the_same_lines_and_nothing_else_are_superseded() -> None:
    read = {"file_path": "/repo/a.py"}
    found = facts_of(
        ("Read", read, "1"),
        ("Read", {**read, "offset": 5}, "2"),
        ("Edit", read, "done"),
        ("Read", read, "3"),
        ("Edit", read, "done"),
        ("Bash", {"command": "make"}, "ok"),
        ("Bash", {"command": "make"}, "ok"),
    )
    assert [fact.superseded for fact in found] == [True, False, False, False, False, False, False]


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("Traceback (most recent call last):\n  boom", True),
        ("make: *** error 2", True),
        ("3 passed, 1 failed", True),
        ("exited with code 1", True),
        ("KeyError: 'x'", True),
        ("all is well", False),
        ("terror", False),
    ],
)
def test_failures_are_seen(text: str, failed: bool) -> None:
    assert facts_of(("Bash", {}, text))[0].failed is failed


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (b'{"type":"tool_use","id":"a","input":{"n": 1.0}}', '{"n": 1.0}'),
        (rb'{"id":"a","function":{"name":"f","arguments":"{\"n\":1}"}}', '{"n":1}'),
        (b'{"functionCall":{"name":"f","args":{"n":1}}}', '{"n":1}'),
        (b'{"name":"f"}', ""),
    ],
)
def test_the_input_of_a_call_in_any_dialect(call: bytes, said: str) -> None:
    assert budget_choice.call_input(call) == said
