import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import prose_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is here. Two is there! Is it?", ["One is here.", "Two is there!", "Is it?"]),
        ("See e.g. Section 3. It says so.", ["See e.g. Section 3.", "It says so."]),
        ("Version 3.11 runs on port 80. Use it.", ["Version 3.11 runs on port 80.", "Use it."]),
        ("Ask Dr. Smith about it. Or not.", ["Ask Dr. Smith about it.", "Or not."]),
        ("First. `Second` is code.", ["First.", "`Second` is code."]),
        ("これは一つ。これは二つ。", ["これは一つ。", "これは二つ。"]),
        ("the fol\u2010 lowing", ["the following"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert prose_sentences.sentences(text) == expected


def kinds(text: str) -> list[tuple[str, str]]:
    return [(part.kind, part.text) for part in prose_sentences.cut(text)]


def test_markdown_is_cut_into_its_parts() -> None:
    text = (
        "# Title\n\nOne. Two.\n\n- item one\n- item two. More of it.\n\n```sh\nls\n```\n\na | b\n---|---\n1 | 2\n"
    )
    assert kinds(text) == [
        ("headings", "# Title"),
        ("sentences", "One."),
        ("sentences", "Two."),
        ("list items", "- item one"),
        ("list items", "- item two."),
        ("sentences", "More of it."),
        ("lines", "ls"),
        ("table rows", "a | b\n---|---\n1 | 2"),
    ]


def test_a_term_owns_the_text_under_it_and_a_heading_all() -> None:
    text = "NAME\n\n     --quit\n\n             Abort the whole thing without any change.\n"
    parts = prose_sentences.cut(text)
    assert [part.owner for part in parts] == [-1, 0, 1]


def test_what_ends_in_a_colon_owns_the_code_after_it() -> None:
    parts = prose_sentences.cut("Run this command:\n\n```\nls\n```\n")
    assert parts[1].owner == 0
    assert parts[1].fence == "```"


def test_lines_that_are_not_wrapped_text_stay_lines() -> None:
    assert kinds("Anna Berg\n12 Harbour Road\n") == [("lines", "Anna Berg\n12 Harbour Road")]


def test_a_hanging_term_goes_on_below() -> None:
    text = "     Host  Restricts the following declarations (up to the next Host or\n"
    text += "             Match keyword) to them.\n"
    assert [part.text for part in prose_sentences.cut(text)] == [
        "     Host Restricts the following declarations (up to the next Host or Match keyword) to them."
    ]


@given(st.text(st.sampled_from("ab. \n-#`|:=>A1。"), max_size=200))
def test_all_that_can_be_seen_is_in_the_parts(text: str) -> None:
    parts = prose_sentences.cut(text)
    seen = "".join("".join(part.text.split()) for part in parts)
    plain = "".join(text.split())
    assert len(seen) <= len(plain)
    assert all(part.owner < number for number, part in enumerate(parts))
    if "`" not in text:
        assert sorted(seen) == sorted(plain)


@pytest.mark.parametrize(
    "piece", ["a. ", "x" * 50, ".", "\n- ", "```\n", "A. B. ", "x:\n", "[", "\n|", "\nab\n===", ")\n"]
)
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    prose_sentences.cut("Begin here. " + piece * 50_000)
