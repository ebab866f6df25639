import pytest

from headroom.learn.transcripts.gathering import KEPT_CHARS, Gathering, cut, seconds
from headroom.learn.types import Call, Said


def test_a_long_text_loses_its_middle_and_tells_it() -> None:
    text = "a" * KEPT_CHARS + "b" * 1234 + "c" * KEPT_CHARS
    short = cut(text)
    assert short.startswith("a" * 10_000 + "\n[21,234 characters are left out here]\n")
    assert short.endswith("c" * 10_000)
    assert cut("a" * KEPT_CHARS) == "a" * KEPT_CHARS


@pytest.mark.parametrize(
    ("stamp", "t"),
    [
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T01:01:00+01:00", 60.0),
        (60_000, 60.0),
        ("yesterday", None),
        (None, None),
        (True, None),
        (10**400, None),
    ],
)
def test_times(stamp: object, t: float | None) -> None:
    assert seconds(stamp) == t


def test_outputs_find_their_calls_whatever_their_order() -> None:
    session = Gathering("a", "s")
    session.says("user", "do both")
    session.calls("1", "Bash", {"command": "one"})
    session.calls("2", "Bash", {"command": "two"})
    session.calls("2", "Bash", {"command": "a copy"})
    session.gives("2", "second", failed=False, exit_code=3)
    session.gives("1", "first", failed=True)
    session.gives("3", "of no call", failed=True)
    (transcript,) = session.done()
    said, first, second = transcript.entries
    assert isinstance(said, Said) and isinstance(first, Call) and isinstance(second, Call)
    assert (first.command, first.output, first.failed, first.exit_code) == ("one", "first", True, None)
    assert (second.command, second.output, second.failed, second.exit_code) == ("two", "second", True, 3)


def test_turns_are_the_users() -> None:
    session = Gathering("a", "s")
    session.calls("0", "Bash", {})
    session.says("user", " \n")
    session.says("assistant", "hello")
    session.says("user", "first ")
    session.says("assistant", "yes")
    session.says("user", "second")
    (transcript,) = session.done()
    assert [entry.turn for entry in transcript.entries] == [0, 0, 1, 1, 2]


def test_a_large_argument_is_cut_whatever_it_is() -> None:
    session = Gathering("a", "s")
    session.calls("1", "Write", {"content": "x" * 50_000, "edits": [{"old": "y" * 50_000}], "few": [1]})
    (transcript,) = session.done()
    (call,) = transcript.entries
    assert isinstance(call, Call)
    assert {name: len(str(value)) < 21_000 for name, value in call.input.items()} == dict.fromkeys(
        call.input, True
    )
    assert call.input["few"] == [1]


def test_what_an_earlier_transcript_held_is_not_new() -> None:
    seen: set[str] = set()
    first, second = Gathering("a", "1", seen), Gathering("a", "2", seen)
    assert first.is_new("x") and not second.is_new("x")
    assert second.is_new(None) and second.is_new("")
    assert not list(second.done())
