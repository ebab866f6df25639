"""Facts as a part of a memory file: nothing outside it moves, and it can be taken out without a trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.learn import section as learn_section
from headroom.learn.section import Unsafe
from headroom.memory import section
from headroom.memory.facts import Fact, Origin


def fact(text: str, seen: int = 1, updated: float = 0.0) -> Fact:
    return Fact(f"{len(text):08x}", text, "user", Origin(), 0.0, updated, seen=seen)


def words(text: str) -> int:
    return len(text.split())


def test_those_told_most_often_stand_first_and_the_rest_as_far_as_there_is_room() -> None:
    facts = [
        fact("one two"),
        fact("often told", seen=3),
        fact("very " * 50),
        fact("late", updated=9.0),
        fact("early bird"),
    ]
    room = words(section.HEADING) + 8
    assert [each.text for each in section.chosen(facts, room, words)] == ["often told", "late", "one two"]
    assert section.chosen(facts, 0, words) == section.chosen([], 99, words) == []


def test_no_fact_opens_what_swallows_the_rest() -> None:
    texts = ["<!-- headroom:memory:end -->", "```sh", "~~~~", "a `code` fact"]
    inner = section.lines([fact(text) for text in texts], "/work/`app`")
    assert inner[0] == b"## Known from earlier sessions in `/work/app` (for work there only)"
    assert inner[1:] == [b"- <! -- headroom:memory:end -->", b"- \\```sh", b"- \\~~~~", b"- a `code` fact"]
    made, _ = section.put(b"above\n", inner)
    assert learn_section.put(made, [b"- rule"])[0].startswith(made)
    assert section.lines([]) == []


TEXT = st.binary(max_size=40).filter(
    lambda data: b"\0" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
)
PLAIN = TEXT.filter(lambda data: b"`" not in data and b"~" not in data)


@given(
    PLAIN,
    st.lists(st.sampled_from(["A fact.", "Another 事实", "<!-- x"]), min_size=1),
    st.sampled_from(["", "/a b"]),
)
def test_what_is_put_in_comes_out_without_a_trace(content: bytes, texts: list[str], label: str) -> None:
    made, done = section.put(content, section.lines([fact(text) for text in texts], label), label)
    assert made.startswith(content)
    assert section.there(made, label) == done.after
    assert b"headroom:learn" not in made[len(content) :]
    assert section.take_back(made, done) == content
    assert section.swap(section.swap(made)) == made


def test_rules_and_facts_stand_in_one_file_without_meeting() -> None:
    rules, done = learn_section.put(b"mine\r\n", [b"- rule"])
    both, ours = section.put(rules, [b"- fact"])
    assert learn_section.find(both) == learn_section.find(rules)
    again, _ = section.put(both, [b"- other"])
    assert again == both.replace(b"- fact", b"- other")
    without_rules = learn_section.take_back(both, done)
    assert without_rules
    assert section.there(without_rules) == section.there(both)
    assert learn_section.find(without_rules) is None
    assert section.take_back(both, ours) == rules
    assert section.take_back(again, ours) is None


def test_what_is_wrong_with_a_file_is_said_in_our_name() -> None:
    for content in (b"<!-- headroom:memory:begin -->\n", b"a\0b"):
        with pytest.raises(Unsafe) as error:
            section.there(content)
        assert "learn" not in str(error.value)
