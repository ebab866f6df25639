"""Facts in an answer: between tags that begin a line, never in code, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.memory.facts import PROJECT, USER
from headroom.memory.inline import told

BLOCK = "<memory>\n- one\n* two\n3. three\n\n  four\n</memory>"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (f"Well.\n{BLOCK}\nDone.", ["one", "two", "three", "four"]),
        ("<memory>one</memory>", ["one"]),
        ("  <memory >one\ntwo</memory> behind\n<memory>three</memory>", ["one", "two", "three"]),
        (f"```\n{BLOCK}\n```", []),
        (f"- ~~~xml\n{BLOCK}\n~~~~\n<memory>after</memory>", ["after"]),
        (f"```\n~~~\n{BLOCK}\n```\n<memory>after</memory>", ["after"]),
        (f"```never closed\n{BLOCK}", []),
        ("`<memory>one</memory>` keeps a fact", []),
        ("Use <memory>one</memory> for it.", []),
        ("    <memory>one</memory>", []),
        ("<memory>\nnever closed", []),
        ("<memories>one</memory>", []),
        ("<memory scope=all>one</memory>", []),
        ("<memory>\n" + "x" * 9000 + "\n</memory>\n<memory>after</memory>", ["after"]),
        ("<memory>" + "x" * 2001 + "</memory>", []),
        (f"<memory>\nprose\n\n{BLOCK}", ["one", "two", "three", "four"]),
        ("<memory>\n<memory>one</memory>\n</memory>", ["one"]),
        ("<memory>\nmake:\n```sh\nmake test\n```\n</memory>\n<memory>after</memory>", ["after"]),
        ("<memory>\n- ```make test``` runs the tests\n</memory>", ["```make test``` runs the tests"]),
        ("no tags", []),
        ("", []),
    ],
)
def test_what_is_a_fact(text: str, facts: list[str]) -> None:
    assert [each.text for each in told(text)] == facts


def test_the_tag_says_where_a_fact_holds() -> None:
    text = "<memory scope=\"user\">a</memory>\n<memory scope='project'>b</memory>\n<memory>c</memory>"
    assert [each.scope for each in told(text)] == [USER, PROJECT, PROJECT]


def test_an_answer_has_so_many_facts_and_no_more() -> None:
    assert len(told("<memory>fact</memory>\n" * 1000)) == 20


@given(st.lists(st.sampled_from(["<memory>", "</memory>", "\n", "```", "~~~", "a", " ", "- ", "`"]), max_size=60))
def test_any_text_is_read(pieces: list[str]) -> None:
    for each in told("".join(pieces)):
        assert each.text.strip()
        assert "</memory>" not in each.text


@pytest.mark.parametrize(
    "piece", ["<memory", "<memory>\n", "`", "```\n", "<memory \t", "\n", "<memory>", "</memory>"]
)
def test_hostile_texts_end(piece: str) -> None:
    told("<memory " + piece * 300_000)
