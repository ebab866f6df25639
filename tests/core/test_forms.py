"""A text's parts, the first row that has something for each, lossless first."""

import json

import pytest

from headroom import forms
from headroom.policy import Policy
from headroom.toin import structures
from headroom.toin.advice import Advice, Told
from headroom.types import Compressed, Compressor, Context, PassThrough

POLICY = Policy(floor_tokens=10, enough_tokens=100)
WORDS = "word " * 1000
REMINDER = "<system-reminder>Be quick.</system-reminder>"


def count(text: str) -> int:
    return len(text.split())


def shares(lossless: float | None, lossy: float | None, name: str = "row", look: str = "word") -> Compressor:
    """A row whose forms have these shares of the original; None passes."""

    def compress(text: str, context: Context) -> Compressed:
        share = lossless if context.budget_tokens is None else lossy
        if share is None:
            raise PassThrough("cannot")
        return Compressed("word " * int(count(text) * share), context.budget_tokens is None)

    return Compressor(name, lambda text: look in text, compress)


def best(text: str, *rows: Compressor, policy: Policy = POLICY, tool_input: str = "") -> forms.Form:
    return forms.best(text, Context(tool="Bash", tool_input=tool_input), policy, count, rows)


def test_a_text_of_one_part_takes_its_row_s_form() -> None:
    form = best(WORDS, shares(0.3, 0.05))
    assert (form.compressor, form.lossless, form.tokens_before, form.tokens_after) == ("row", True, 1000, 300)
    assert len(form.parts) == 1


def test_what_stays_verbatim_stays_between_the_forms_of_the_rest() -> None:
    form = best(f"{WORDS}\n{REMINDER}\n{WORDS}", shares(0.3, 0.05))
    assert form.text == "word " * 300 + "\n" + REMINDER + "\n" + "word " * 300
    assert [part.compressor for part in form.parts] == ["row", "", "row"]
    assert form.tokens_after == count(form.text)


def test_a_verbatim_line_still_begins_a_line() -> None:
    form = best(f"$ show\n{WORDS}\n$ again\n", shares(0.3, 0.05))
    assert form.text.endswith(" \n$ again\n")


def test_each_part_gets_its_share_of_the_budget() -> None:
    budgets = []

    def compress(text: str, context: Context) -> Compressed:
        if context.budget_tokens is None:
            raise PassThrough("nothing")
        budgets.append(context.budget_tokens)
        return Compressed("word", lossless=False)

    best(f"{WORDS}{REMINDER}{WORDS * 3}", Compressor("row", lambda _: True, compress))
    total = forms.budget_tokens(4002, POLICY)
    assert budgets == [int(total * 1000 / 4002), int(total * 3000 / 4002)]


def test_the_prompt_s_command_routes_the_part() -> None:
    named = shares(0.2, None, "named", look="never")._replace(commands=("show",))
    form = best(f"$ show\n{WORDS}", named)
    assert [part.compressor for part in form.parts] == ["", "named"]


def test_a_body_is_cut_out_where_no_row_reads_the_whole() -> None:
    body = "[" + ", ".join(["[1, 2, 3]"] * 100) + "]"
    json_row = shares(0.1, None, "json", look="[")._replace(looks_like=lambda text: text.startswith("["))
    form = best(f"HTTP/1.1 200 OK\n\n{body}\n", json_row)
    assert [part.compressor for part in form.parts if part.original.strip()] == ["", "json"]
    assert form.text.startswith("HTTP/1.1 200 OK\n\nword ")


def test_parts_that_gain_too_little_together_leave_the_text_as_it_is() -> None:
    form = best(f"{WORDS * 20}{REMINDER}{WORDS}", shares(0.3, None)._replace(looks_like=lambda t: len(t) < 6000))
    assert not form.is_changed
    assert form.text == f"{WORDS * 20}{REMINDER}{WORDS}"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [((), "no compressor for it"), ((shares(None, None), shares(None, None, "b")), "row: cannot; b: cannot")],
)
def test_why_a_text_stays_as_it_is(rows: tuple[Compressor, ...], reason: str) -> None:
    form = best(WORDS, *rows)
    assert (form.text, form.reason, form.compressor) == (WORDS, reason, "")


def test_source_code_is_for_rows_of_source_code() -> None:
    tool_input = '{"command": "cat src/app.py"}'
    assert not best(WORDS, shares(0.1, 0.1), tool_input=tool_input).is_changed
    row = shares(0.1, 0.1)._replace(contents=("source",))
    assert best(WORDS, row, tool_input=tool_input).is_changed


def test_tokens_that_are_known_are_not_counted_again() -> None:
    form = forms.best(WORDS, Context(), POLICY, count, (shares(0.3, None),), before=lambda: 1234)
    assert form.tokens_before == 1234


def test_a_part_without_a_line_end_is_not_glued_to_what_follows() -> None:
    form = best(f"{WORDS}x{REMINDER}", shares(0.3, 0.05))
    assert f"\n{REMINDER}" in form.text


def test_what_is_small_enough_as_it_is_loses_nothing() -> None:
    assert not best("word " * 90, shares(None, 0.1)).is_changed
    assert best("word " * 110, shares(None, 0.1)).is_changed


@pytest.mark.parametrize("command", ["headroom retrieve 0123456789ab", "cat /o/0123456789ab.txt"])
def test_an_original_shown_behind_a_prompt_is_not_made_smaller_again(command: str) -> None:
    assert not best(f"$ {command}\n{WORDS}", shares(0.1, 0.1)).is_changed


@pytest.mark.parametrize(
    ("own", "named", "is_changed"),
    [
        ("", "cat a.md", False),
        ("ls", "cat a.md", False),
        ("cat a.log", "cat a.md", False),
        ("cat a.md", "ls", False),
        ("cat a.log", "ls", True),
        ("ls", "cat a.log", True),
    ],
)
def test_of_two_commands_the_one_that_reads_a_file_counts(own: str, named: str, is_changed: bool) -> None:
    assert best(f"$ {named}\n{WORDS}", shares(0.1, 0.1), tool_input=own).is_changed is is_changed


def test_a_form_begins_a_line_of_its_own_behind_a_label() -> None:
    form = best(f"Output: {WORDS}\nExit Code: 0", shares(0.3, 0.05))
    assert form.text == "Output: \n" + "word " * 300 + "\nExit Code: 0"


def test_an_output_in_a_json_string_is_read_as_it_is_and_written_as_a_string_again() -> None:
    def compress(text: str, context: Context) -> Compressed:
        assert text == WORDS + '"\n\\'
        return Compressed('"one"\n\\two', lossless=True)

    original = json.dumps({"output": WORDS + '"\n\\', "exit_code": 0})
    form = best(original, Compressor("row", lambda _: True, compress))
    assert form.text == '{"output": "\\"one\\"\\n\\\\two", "exit_code": 0}'
    assert [(part.compressor, part.in_string) for part in form.parts] == [("", True), ("row", True), ("", True)]
    assert "".join(part.original for part in form.parts) == original


def test_json_whose_strings_have_no_form_is_read_as_a_whole() -> None:
    text = json.dumps({"output": WORDS})
    assert best(text, shares(0.3, None, look="output")).compressor == "row"


def test_a_prompt_in_a_source_file_changes_nothing() -> None:
    assert not best(f"$ tail app.log\n{WORDS}", shares(0.1, 0.1), tool_input='{"command": "cat a.md"}').is_changed


def lists(kind: str = "row") -> tuple[str, str]:
    """A text with fields, and its structure."""
    text = json.dumps([{"a": f"v{n}", "b": {"c": n}} for n in range(400)], separators=(", ", ": "))
    return text, structures.key(kind, "Bash", "", ["a", "b.c"])


@pytest.mark.parametrize(
    ("level", "budget", "is_lossless"),
    [(0, 175, False), (1, 262, False), (2, 350, False), (3, 700, False), (4, 0, True)],
)
def test_advice_gives_more_room_or_leaves_nothing_out(level: int, budget: int, is_lossless: bool) -> None:
    seen: list[Context] = []
    text, structure = lists()

    def compress(_text: str, context: Context) -> Compressed:
        seen.append(context)
        return Compressed("word " * (1400 if context.budget_tokens is None else 90), context.budget_tokens is None)

    rows = (Compressor("row", lambda _text: True, compress),)
    field = structures.field_key(structure, "b.c")
    advice = Advice({structure: Told(level, frozenset({field, "0123abcd"}))}, frozenset({"row"}))
    small = Policy(
        floor_tokens=10, enough_tokens=175, budget_step_tokens=0, budget_max_tokens=175, enough_ratio=0.2
    )
    form = forms.best(text, Context(tool="Bash"), small, count, rows, advice=advice)
    assert form.lossless is is_lossless
    lossy = [context for context in seen if context.budget_tokens is not None]
    assert [(context.budget_tokens, context.keep) for context in lossy] == (
        [] if is_lossless else [(budget, frozenset({"b.c"}))]
    )


@pytest.mark.parametrize("known", ["other", "nothing"])
def test_advice_for_something_else_changes_nothing(known: str) -> None:
    text, structure = lists("other")
    advice = Advice({structure: Told(4)}, frozenset({known}))
    plain = forms.best(text, Context(tool="Bash"), POLICY, count, (shares(None, 0.1, look="a"),))
    assert (
        forms.best(text, Context(tool="Bash"), POLICY, count, (shares(None, 0.1, look="a"),), advice=advice)
        == plain
    )
    assert not plain.lossless
