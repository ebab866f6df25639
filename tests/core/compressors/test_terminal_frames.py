import pytest

from headroom.compressors import terminal_frames


def test_of_a_display_only_the_last_frame_stays() -> None:
    text = "start\n" + "\n".join(f"Downloading layer {n * 7}MB/210MB" for n in range(31)) + "\nend"
    expected = "start\nDownloading layer 210MB/210MB\n[the line above is the last of 31 like it]\nend"
    assert terminal_frames.without_frames(text) == (expected, 30)


def test_displays_that_alternate_keep_the_last_frame_each() -> None:
    text = "\n".join(f"{layer}: [=====>    ] {n}%" for n in range(10) for layer in ("api", "web"))
    left, gone = terminal_frames.without_frames(text)
    assert gone == 18
    assert "api: [=====>    ] 9%" in left
    assert "web: [=====>    ] 9%" in left


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{(n * 37) % 100}% full" for n in range(30)),
        "\n".join(f"src/module_{chr(97 + n)}.py   120   {n}   {100 - n}%" for n in range(20)),
        "\n".join("50% of it" for n in range(20)),
        "\n".join(f"{n}% ERROR: disk {n} failed" for n in range(20)),
        "\n".join(f"{n}%" for n in range(4)),
        "\n".join(f"row {n} of many" for n in range(40)),
    ],
    ids=["a series", "coverage", "equal", "failures", "few", "no progress"],
)
def test_what_is_no_display_stays(text: str) -> None:
    assert terminal_frames.without_frames(text) == (text, 0)


def test_spinners_are_displays() -> None:
    text = "⠋ go\n⠙ go\n⠹ go\n⠸ go\n⠼ go\nend"
    assert terminal_frames.without_frames(text) == ("⠼ go\n[the line above is the last of 5 like it]\nend", 4)


def test_earlier_screens_keep_what_the_next_one_lacks() -> None:
    pages = ["Tests: 1 done\nFAIL cart: expected 3", "Tests: 2 done\nok", "Tests: 3 done\nok"]
    text, gone = terminal_frames.without_earlier_screens(pages)
    assert text.splitlines() == [
        "[an earlier screen, without what the next one shows too:]",
        "FAIL cart: expected 3",
        "[an earlier screen, the next one shows all of it]",
        "[the last screen:]",
        "Tests: 3 done",
        "ok",
    ]
    assert gone == 3


def test_one_screen_is_as_it_is() -> None:
    assert terminal_frames.without_earlier_screens(["a\nb"]) == ("a\nb", 0)


def test_has_frames() -> None:
    assert terminal_frames.has_frames("\n".join(f"[====>    ] {n}" for n in range(20)))
    assert not terminal_frames.has_frames("plain text\n" * 30)


@pytest.mark.parametrize("piece", ["1%", "Download ", "[====", "\u2800 ", "[====>   ] 3%\n", "--:--\n"])
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    terminal_frames.without_frames(piece * 100_000)
    assert terminal_frames.has_frames(piece * 100_000) in (True, False)


def test_numbers_in_names_tell_displays_apart() -> None:
    text = "\n".join(f"Downloading pkg-{n % 3} {n * 7}MB/210MB" for n in range(31))
    left, gone = terminal_frames.without_frames(text)
    assert gone == 28
    assert all(f"Downloading pkg-{n} " in left for n in range(3))
