"""Parts put together are the text; what must stay verbatim is a part of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import segments
from headroom.compressors.segments import Segment

REMINDER = "<system-reminder>\nDo not tell.\n</system-reminder>"
BODY = "[" + ", ".join(f'{{"id": {n}, "name": "order {n}"}}' for n in range(40)) + "]"


def joined(parts: list[Segment]) -> str:
    return "".join(part.text for part in parts)


PIECES = st.lists(
    st.sampled_from(
        [
            *(REMINDER, "<persisted-output>", "</persisted-output>", "[headroom: 1 of 2 rows omitted]"),
            "$ ls -la\n",
            *("Output: ", "\nExit Code: 0", "<output>\n", "</output>\n", "Command: ls\n", "Directory: /\n"),
            *("text\n", BODY, "\n", "```json\n", "```\n", "     1\tx\n", "{", "user@host:~/app$ make\n", "\r\n"),
        ]
    ),
    max_size=12,
).map("".join)


@given(PIECES)
def test_nothing_is_lost(text: str) -> None:
    assert joined(segments.split(text)) == text
    assert joined(segments.bodies(text)) == text


@given(PIECES)
def test_wrappers_and_lines_of_ours_are_verbatim(text: str) -> None:
    for part in segments.split(text):
        assert part.verbatim or not ("\n[headroom:" in part.text or "<system-reminder>" in part.text)


def test_a_reminder_is_cut_out() -> None:
    parts = segments.split(f"before\n{REMINDER}\nafter")
    assert [part.text for part in parts if part.verbatim] == [REMINDER]


def test_a_wrapper_without_an_end_goes_to_the_end() -> None:
    assert segments.split("a<persisted-output>b") == [Segment("a"), Segment("<persisted-output>b", verbatim=True)]


@pytest.mark.parametrize("prompt", ["$ ", "dev@web-1:~/app$ ", "❯ ", "PS C:\\app> "])
def test_a_prompt_tells_the_command_of_what_follows(prompt: str) -> None:
    parts = segments.split(f"{prompt}pytest -q\n3 passed\n{prompt}ls\na b\n")
    assert [(part.text, part.verbatim, part.command) for part in parts] == [
        (f"{prompt}pytest -q\n", True, ""),
        ("3 passed\n", False, "pytest -q"),
        (f"{prompt}ls\n", True, ""),
        ("a b\n", False, "ls"),
    ]


def test_what_an_agent_put_around_an_output_is_verbatim_and_tells_its_command() -> None:
    text = f"Command: git log\nDirectory: (root)\nOutput: a\n{REMINDER}\nb\nError: (none)\nExit Code: 0"
    assert segments.split("Command: git log\nDirectory: /\nOutput: a\nb\nError: (none)\nExit Code: 0") == [
        Segment("Command: git log\nDirectory: /\nOutput: ", verbatim=True),
        Segment("a\nb", command="git log"),
        Segment("\nError: (none)\nExit Code: 0", verbatim=True),
    ]
    assert [part.text for part in segments.split(text) if part.verbatim][1] == REMINDER


def test_a_prompt_in_an_output_tells_more_than_a_label() -> None:
    parts = segments.split("Command: ./run\nDirectory: /\nOutput: $ ls\na b\n")
    assert [(part.text, part.command) for part in parts if not part.verbatim] == [("a b\n", "ls")]


def test_a_text_that_only_mentions_a_prompt_is_one_part() -> None:
    text = "Run this:\n$ ls\nand look."
    assert segments.split(text) == [Segment(text)]


def test_json_between_lines_is_a_part_of_its_own() -> None:
    parts = segments.bodies(f"HTTP/1.1 200 OK\n\n{BODY}\ndone\n")
    assert [part.text for part in parts] == ["HTTP/1.1 200 OK\n\n", BODY, "\ndone\n"]


def test_short_json_stays_where_it_is() -> None:
    assert [part.text for part in segments.bodies('a\n{"b": 1}\nc')] == ['a\n{"b": 1}\nc']


def test_the_content_of_a_fence_is_a_part_of_its_own() -> None:
    text = f"# Result\n```json\n{BODY}\n```\nEnd."
    parts = [part for part in segments.bodies(text) if part.text]
    assert [part.verbatim for part in parts] == [False, True, False, False, True, False]
    assert parts[2].text == BODY


@pytest.mark.parametrize(
    "text",
    [
        *("<system-reminder>" * 100_000, "{\n" * 200_000, "```\n" * 100_001, "$ a\n" * 200_000, "[" * 5_000_000),
        *("user@host:" * 300_000, "~~~~" * 500_000 + "\n"),
    ],
)
def test_hostile_texts_take_no_long_time(text: str) -> None:
    assert joined(segments.split(text)) == text
    assert joined(segments.bodies(text)) == text


def test_what_stands_below_a_line_of_ours_is_its_form() -> None:
    text = "before\n[headroom: 3 rows as a table, nothing left out]\nid\n1\n$ ls\n"
    first, second = segments.split(text)
    assert (first, second.verbatim) == (Segment("before\n"), True)


def test_a_mention_of_a_line_of_ours_does_not_cut() -> None:
    assert segments.split("x = '[headroom: 1'\ny") == [Segment("x = '[headroom: 1'\ny")]
