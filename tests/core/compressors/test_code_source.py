import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import code_source
from headroom.compressors.code_bodies import Elision
from headroom.types import PassThrough

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs",))), max_size=12)


@given(LINES, st.sampled_from(["{}\t", "{:6d}\t", "{:6d}→"]), st.booleans())
def test_numbers_come_off_and_go_on_again(lines: list[str], prefix: str, ends: bool) -> None:
    if not lines:
        return
    numbered = "\n".join(prefix.format(number) + line for number, line in enumerate(lines, 1)) + "\n" * ends
    source = code_source.read(numbered)
    assert source.text == "\n".join(lines) + "\n" * ends
    assert code_source.write(source, source.text.encode(), []) == numbered


@given(LINES)
def test_plain_text_is_itself(lines: list[str]) -> None:
    text = "x" + "\n".join(lines)
    source = code_source.read(text)
    assert source.text == text
    assert source.prefixes == ()
    assert source.lines == len(text.split("\n")) - text.endswith("\n")
    assert code_source.write(source, text.encode(), []) == text


def test_numbers_that_do_not_count_up_are_text() -> None:
    assert code_source.read("1\ta\n3\tb\n").prefixes == ()


def test_a_later_part_is_refused() -> None:
    with pytest.raises(PassThrough, match="in part"):
        code_source.read("7\ta\n8\tb\n")


def test_lines_behind_an_elision_keep_their_numbers() -> None:
    source = code_source.read("1\ta {\n2\tb\n3\tc\n4\t} d\n5\te\n")
    cut = Elision(2, 9, "{ ... }", 1, 3, "function bodies")
    assert code_source.write(source, source.text.encode(), [cut]) == "1\ta { ... } d\n5\te\n"
