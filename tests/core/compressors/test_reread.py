"""A result that stands above already, or nearly."""

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors import reread
from headroom.types import Earlier, PassThrough
from tests.core.compressors.decode_reread import decode

NOTES = "\n\n<system-reminder>\nBe careful.\n</system-reminder>\n"


def earlier(text: str, label: str = 'Read {"file_path":"/srv/shop/app.py"}') -> Earlier:
    return Earlier("key", label, lambda: text)


def lines(count: int, seed: int = 0) -> list[str]:
    words = random.Random(seed)
    return [f"line {n} says {words.randrange(10**6)}" for n in range(count)]


def numbered(said: list[str], first: int = 1) -> str:
    return "\n".join(f"{n:6}→{line}" for n, line in enumerate(said, first))


def form(new: str, old: str) -> str:
    return reread.compress(new, earlier(old), changes=True).text


def test_the_same_text_becomes_one_line() -> None:
    text = "\n".join(lines(100))
    result = reread.compress(text, earlier(text), changes=False)
    assert (
        result.text
        == '[headroom: the same 100 lines as the result of Read {"file_path":"/srv/shop/app.py"} above]'
    )
    assert result.lossless
    assert decode(result.text, text) == text


def test_notes_of_the_agent_stay_and_do_not_count_as_changes() -> None:
    text = "\n".join(lines(100))
    assert form(text + NOTES, text).endswith("above]" + NOTES)
    assert form(text, text + NOTES).endswith("above]")
    assert form(text + NOTES, text + NOTES.replace("careful", "quick")).endswith(NOTES)


def test_a_changed_file_shows_its_changes_with_what_is_around_them() -> None:
    old = lines(60)
    new = [*old[:30], "a new line", *old[30:]]
    shown = form(numbered(new), numbered(old)).split("\n")
    assert shown[0].startswith("[headroom: 54 of 61 lines stand in the result of Read")
    assert shown[1] == "[lines 1-27 as above]"
    assert shown[5] == "    31→a new line"
    assert shown[-1] == "[lines 35-61 as lines 34-60 above]"
    assert len(shown) == 10


def test_a_part_of_what_stands_above_is_pointed_at() -> None:
    said = lines(200)
    part = numbered(said[50:100], 51)
    shown = form(part, numbered(said))
    assert shown.split("\n")[1:] == ["[lines 51-100 as above]"]
    assert decode(shown, numbered(said)) == part


@pytest.mark.parametrize(
    ("new", "old", "changes", "reason"),
    [
        ("\n".join(lines(50)), "\n".join(lines(50, 1)), True, "too little"),
        ("\n".join([*lines(50), "x"]), "\n".join(lines(50)), False, "not the same"),
        ("\n".join([*lines(50), "x"]), numbered(lines(50)), True, "only one"),
        ("\n".join([*lines(50), "[lines 1-9 as above]"]), "\n".join(lines(50)), True, "reads like one of ours"),
    ],
)
def test_why_it_stays(new: str, old: str, changes: bool, reason: str) -> None:
    with pytest.raises(PassThrough, match=reason):
        reread.compress(new, earlier(old), changes)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.booleans())
def test_the_text_can_be_put_together_again(data: st.DataObject, with_numbers: bool) -> None:
    old = data.draw(
        st.lists(st.sampled_from(["a", "b", "", "same", "x = 1"]) | st.text("ab\t→1 é", max_size=6), max_size=60)
    )
    new = list(old)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(new)))
        new[at : at + data.draw(st.integers(0, 4))] = data.draw(
            st.lists(st.sampled_from(["new", "a", ""]), max_size=3)
        )
    first = data.draw(st.integers(1, 99))
    texts = (numbered(old, first), numbered(new, first)) if with_numbers else ("\n".join(old), "\n".join(new))
    try:
        shown = form(texts[1], texts[0])
    except PassThrough:
        return
    assert decode(shown, texts[0]) == texts[1]


def test_every_line_of_an_edit_near_a_change_stands_in_one_piece() -> None:
    old = lines(300)
    new = [*old[:100], "changed", *old[101:200], *old[203:]]
    shown = form("\n".join(new), "\n".join(old))
    seen = "\n".join(old) + "\n" + shown
    for start in range(len(new) - 4):
        assert "\n".join(new[start : start + 4]) in seen


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("a\n" * 200_000, "b\na\n" * 100_000),
        ("\n" * 100_000 + "x", "\n" * 100_000),
        ("x" * 5_000_000, "x" * 5_000_001),
        ("<system-reminder>" * 50_000, "<system-reminder>" * 50_001),
        ("\n".join(f"{n % 7}" for n in range(3000)), "\n".join(f"{n % 5}" for n in range(3000))),
    ],
)
def test_hostile_texts_take_no_long_time(new: str, old: str) -> None:
    with contextlib.suppress(PassThrough):
        form(new, old)
