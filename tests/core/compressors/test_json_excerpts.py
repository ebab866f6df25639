from headroom.compressors import json_excerpts

LONG = "\n".join(f"line {at} of the long report says nothing of note" for at in range(60))


def test_short_texts_stay_whole() -> None:
    assert json_excerpts.shorten("short", 10, ()) == ("short", 0)
    assert json_excerpts.shorten("x" * 45, 10, ()) == ("x" * 45, 0)


def test_the_number_of_characters_left_out_is_exact() -> None:
    shown, left_out = json_excerpts.shorten(LONG, 100, ())
    head = shown.partition(" … [+")[0]
    assert LONG.startswith(head)
    assert left_out == len(LONG) - len(head)
    assert shown.endswith(f" … [+{left_out:,} chars]")


def test_failing_and_wanted_lines_stay() -> None:
    text = LONG.replace("line 30 of the long report says nothing", "panicked at 'index out of bounds'")
    text = text.replace("line 50 of the long report", "line 50 about the clock skew")
    shown, left_out = json_excerpts.shorten(text, 100, {"skew"})
    assert "panicked at 'index out of bounds'" in shown
    assert "clock skew" in shown
    gaps = [int(part.partition(" chars]")[0].replace(",", "")) for part in shown.split("[+")[1:]]
    assert sum(gaps) == left_out
    whole = sum(len(part.partition(" … ")[0]) for part in shown.split(" chars] … "))
    assert whole + left_out <= len(text)


def test_a_failing_line_next_to_the_beginning_joins_it() -> None:
    text = "x" * 60 + " error: it broke\n" + LONG
    shown, _ = json_excerpts.shorten(text, 60, ())
    assert shown.startswith("x" * 60 + " error: it broke")
