import pytest

from headroom.compressors import terminal
from headroom.types import Context, PassThrough


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


@pytest.mark.parametrize("text", ["plain\n", "a\tb\r\nc\r\n", "same\n" * 50, ""])
def test_text_without_control_characters_is_left_alone(text: str) -> None:
    assert not terminal.looks_like(text)
    with pytest.raises(PassThrough):
        terminal.compress(text, Context())


@pytest.mark.parametrize("text", ["\x1b[m", "a\bb", "1%\r2%\n"])
def test_looks_like_what_a_terminal_would_act_on(text: str) -> None:
    assert terminal.looks_like(text)


def test_a_longer_result_passes_through() -> None:
    with pytest.raises(PassThrough, match="not shorter"):
        terminal.compress("a\n\x1b[300Cb\x1b[m" + "\n" * 400, Context(budget_tokens=10))
