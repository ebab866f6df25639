import pytest

from headroom.compressors import terminal
from headroom.types import Block, Context, PassThrough


def block(text: str) -> Block:
    return Block(0, 0, text, "tool_result", "user", "Bash", "", "", 0)


def test_colours_go_and_nothing_is_counted_as_left_out() -> None:
    done = terminal.compress("\x1b[31mred\x1b[0m\nplain\n", Context())
    assert done.text == "red\nplain\n"
    assert done.lossless
    assert not done.omitted


def test_there_is_no_lossy_form() -> None:
    with pytest.raises(PassThrough, match="lossy"):
        terminal.compress("\x1b[31mred\x1b[0m", Context(budget_tokens=10))


@pytest.mark.parametrize("text", ["plain\n", "a\tb\r\nc\r\n", "same\n" * 50, ""])
def test_text_without_control_characters_is_left_alone(text: str) -> None:
    assert not terminal.accepts(block(text))
    with pytest.raises(PassThrough):
        terminal.compress(text, Context())


@pytest.mark.parametrize("text", ["\x1b[m", "a\bb", "1%\r2%\n"])
def test_accepts_what_a_terminal_would_act_on(text: str) -> None:
    assert terminal.accepts(block(text))
    assert not terminal.accepts(block(text)._replace(kind="text"))


def test_a_longer_result_passes_through() -> None:
    with pytest.raises(PassThrough, match="not shorter"):
        terminal.compress("a\n\x1b[300Cb\x1b[m" + "\n" * 400, Context())
