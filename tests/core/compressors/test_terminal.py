import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import terminal
from headroom.types import Context, PassThrough
from tests.core.compressors import decode_terminal


def test_colours_go_and_nothing_is_counted_as_left_out() -> None:
    done = terminal.compress("\x1b[31mred\x1b[0m\nplain\n", Context())
    assert done.text == "red\nplain\n"
    assert done.lossless
    assert not done.omitted


@pytest.mark.parametrize(
    "text",
    [
        "id,value\n" + "".join(f"{n},{n * 7}\r" for n in range(300)) + "\n",
        "\x1b[1A\x1b[2K".join(f"ERROR {n}: test failed\n" for n in range(60)),
        "".join(f"\x1b]8;;https://example.com/{n}\x1b\\link\x1b]8;;\x1b\\\n" for n in range(60)),
        "".join(f"{n:3}% done\r" for n in range(100)) + "\n",
    ],
)
def test_what_was_overwritten_is_never_called_lossless(text: str) -> None:
    with pytest.raises(PassThrough, match="only a part"):
        terminal.compress(text, Context())
    done = terminal.compress(text, Context(budget_tokens=100, original="/o/0123456789ab.txt"))
    assert not done.lossless
    assert "all of it: /o/0123456789ab.txt]" in done.text.splitlines()[0]


def test_coloured_text_has_no_lossy_form() -> None:
    with pytest.raises(PassThrough, match="lossy"):
        terminal.compress("\x1b[31mred\x1b[0m", Context(budget_tokens=10))


@pytest.mark.parametrize("text", ["plain\n", "a\tb\r\nc\r\n", "one\ntwo\n" * 3, ""])
def test_text_with_nothing_to_leave_out_is_left_alone(text: str) -> None:
    assert not terminal.looks_like(text)
    with pytest.raises(PassThrough):
        terminal.compress(text, Context())


@pytest.mark.parametrize("text", ["\x1b[m", "a\bb", "1%\r2%\n"])
def test_looks_like_what_a_terminal_would_act_on(text: str) -> None:
    assert terminal.looks_like(text)


def test_a_longer_result_passes_through() -> None:
    with pytest.raises(PassThrough, match="not shorter"):
        terminal.compress("a\n\x1b[300Cb\x1b[m" + "\n" * 400, Context(budget_tokens=10))


def test_repeated_lines_of_any_text_are_counted_and_nothing_is_lost() -> None:
    text = "y\n" * 500 + "done\n"
    assert terminal.looks_like(text)
    done = terminal.compress(text, Context())
    assert done.lossless
    assert done.text == "y\n[the line above, 500 times in all]\ndone\n"


@given(st.lists(st.sampled_from(["warning: slow", "ok", "", "50% done", "⠋ go"]), max_size=60))
def test_a_form_called_lossless_restores_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        done = terminal.compress(text, Context())
    except PassThrough:
        return
    assert done.lossless
    assert decode_terminal.decode(done.text) == text


def test_frames_with_lines_of_their_own_are_left_out_and_counted() -> None:
    text = "".join(f"  {n * 50}K .......... .......... {n}% 3M\n" for n in range(1, 100)) + "saved\n"
    assert terminal.looks_like(text)
    done = terminal.compress(text, Context(budget_tokens=100, original="/o/0123456789ab.txt"))
    assert not done.lossless
    assert "98 lines of it frames before the last" in done.text.splitlines()[0]
    assert done.text.endswith("saved\n")


def test_an_error_among_frames_survives() -> None:
    frames = [f"[=====>     ] {n}%" for n in range(50)]
    frames.insert(20, "[=====>     ] 20% failed to fetch layer 7f3a")
    done = terminal.compress("\n".join(frames), Context(budget_tokens=100))
    assert "failed to fetch layer 7f3a" in done.text
