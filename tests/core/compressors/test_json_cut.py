import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import forms, markers, tokens
from headroom.compressors import COMPRESSORS, json_cut, json_rows
from headroom.policy import Policy
from headroom.types import Context, PassThrough
from tests.core.compressors import decode_json_cut
from tests.core.compressors.decode_json_rows import Spelled, plain, same
from tests.core.compressors.test_json_rows import alike, rows, spell

WRAPPED = Path(__file__).parents[2] / "fixtures" / "wrapped"
MARKS = (
    "…10196 tokens truncated…",
    "…4600 chars truncated…",
    "\n…953 tokens truncated…\n",
    "\n\n... [40,855 characters omitted] ...\n\n",
    "\n\n---\n... [CONTENT TRUNCATED] ...\n---\n\n",
    "...\n\n---\n... [CONTENT TRUNCATED] ...\n---\n\n...",
    "\n\n... [30 lines truncated] ...\n\n",
    "\r\n[output cut]\r\n",
)
ODD = (
    *(
        "plain",
        'a "quoted" [x] {y}',
        "back\\slash",
        "]}]}",
        "[{",
        "🎉 é",
        "a\nb\tc",
        "\u2028",
        "@1",
        "@1: 3 objects",
    ),
    *('{"a": 1}, {"a": 2}', "[head", "", " ", "1", "null", "\\u00", "…", "... [CONTENT TRUNCATED] ..."),
)


def orders(count: int, **more: object) -> list[dict[str, Any]]:
    chance = random.Random(count)
    return [
        {
            "id": at,
            "name": f"order {at}",
            "said": chance.choice(ODD),
            "by": {"id": at % 7, "login": f"user{at % 7}"},
            "labels": [{"id": n, "name": f"label {n}"} for n in range(at % 4)],
            "tags": ["a", [at]],
            **more,
        }
        for at in range(count)
    ]


def lines(made: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)


WRITTEN: dict[str, Callable[[list[dict[str, Any]]], str]] = {
    "pretty": lambda made: json.dumps(made, indent=2),
    "compact": lambda made: json.dumps(made, separators=(",", ":"), ensure_ascii=False),
    "lines": lines,
    "CRLF": lambda made: json.dumps(made, indent=4).replace("\n", "\r\n"),
    "lines, CRLF": lambda made: lines(made).replace("\n", "\r\n"),
    "in an object": lambda made: json.dumps({"total": len(made), "items": made, "next": None}, indent=2),
    "in objects": lambda made: json.dumps({"a": {"b": {"items": made}}, "z": [{"q": 1}] * 5}),
    "rows alone": lambda made: json.dumps(made, indent=2)[1:-1],
    "in two arrays": lambda made: json.dumps({"one": made, "two": [{"x": n, "y": f"y{n}"} for n in range(80)]}),
}


def objects(value: Any) -> Iterator[Any]:
    """Yield all objects that a value has in it, in any depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def written(text: str) -> list[Any]:
    try:
        return [plain(text if text[:1] in "[{" else f"[{text}]")]
    except ValueError:
        return [plain(line) for line in text.split("\n") if line.strip()]


def encode(text: str) -> str:
    return json_rows.encode(text)[0]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(WRITTEN)), st.integers(30, 60), st.data())
def test_what_is_left_of_json_comes_back_and_no_row_is_made_up(name: str, count: int, data: st.DataObject) -> None:
    text = WRITTEN[name](orders(count))
    whole = list(objects(written(text)))
    places = st.integers(0, len(text))
    cuts = sorted(data.draw(st.lists(st.tuples(places, places).map(sorted), min_size=1, max_size=2)))
    left = ""
    at = 0
    for start, end in cuts:
        left += text[at : max(start, at)] + data.draw(st.sampled_from(MARKS))
        at = max(at, end)
    left += text[at:]
    kind = data.draw(st.integers(0, 3))
    left = left if kind else text[: cuts[0][0]] if count % 2 else text[cuts[0][1] :]
    try:
        form = encode(left)
    except PassThrough:
        return
    if "in cut JSON" in form.partition("\n")[0]:
        said = decode_json_cut.check(left, form)
        for row in (row for table in said.tables for row in table):
            assert any(same(row, one) for one in whole)


@settings(max_examples=100, deadline=None)
@given(rows() | alike(), st.sampled_from(MARKS), st.booleans(), st.data())
def test_any_rows_come_back(made: list[object], mark: str, is_lines: bool, data: st.DataObject) -> None:
    spelled = [spell(row).replace("\n", " ") for row in made] * 4
    text = "\n".join(spelled) if is_lines else "[" + ", \n".join(spelled) + "]"
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    left = text[:start] + mark + text[end:]
    try:
        form = encode(left)
    except PassThrough:
        return
    if "in cut JSON" in form.partition("\n")[0]:
        decode_json_cut.check(left, form)


@pytest.mark.parametrize("name", sorted(WRITTEN))
@pytest.mark.parametrize("ends", [(0, 0.6), (0.35, 1)], ids=["head -c", "tail -c"])
def test_either_end_may_be_missing(name: str, ends: tuple[float, float]) -> None:
    text = WRITTEN[name](orders(200))
    left = text[int(ends[0] * len(text)) : int(ends[1] * len(text))]
    form = encode(left)
    said = decode_json_cut.check(left, form)
    assert json_rows.looks_like(left)
    assert sum(map(len, said.tables)) > 90
    assert tokens.count(form) < 0.65 * tokens.count(left)


@pytest.mark.parametrize("at", range(0, 140, 3))
@pytest.mark.parametrize("mark", [MARKS[0], MARKS[3]])
def test_a_cut_may_be_anywhere_in_a_row(at: int, mark: str) -> None:
    text = json.dumps(orders(60, said='é "x" \\ 🎉'))
    left = text[: len(text) // 3 + at] + mark + text[len(text) // 2 + 2 * at :]
    said = decode_json_cut.check(left, encode(left))
    assert mark.strip() in "".join(said.texts)
    known = plain(text)
    for table in said.tables[-1:]:
        assert all(row in known or "name" in row for row in table)


@pytest.mark.parametrize("within", ["name", "text"])
def test_two_rows_that_a_cut_made_one_are_no_row(within: str) -> None:
    chance = random.Random(3)
    made = [
        f'{{"number":{chance.random()},"name":"the name of {at}","text":"said {chance.random()} of {at}"}}'
        for at in range(100)
    ]
    begin, rest = made[40].split(within, 1)
    text = "[" + ",".join(made[:40]) + "," + begin + within[:2] + "…300 tokens truncated…" + within[2:]
    left = text + made[60].split(within, 1)[1] + "," + ",".join(made[61:]) + "]"
    assert rest
    assert len(json.loads(left)) == 80
    said = decode_json_cut.check(left, encode(left))
    assert list(map(len, said.tables)) == [40, 39]
    assert "…300 tokens truncated…" in said.texts[1]
    result = json_rows.compress(left, Context(original="/o/x.txt", budget_tokens=500))
    assert "…300 tokens truncated…" in result.text


def test_a_name_that_stands_twice_after_a_cut_is_no_reason_to_stop() -> None:
    made = [f'{{"id":{at},"name":"n{at}","z":"{at}"}}' for at in range(100)]
    broken = '{"id":40,"name":"n…9 tokens truncated…","name":"n60","z":"60"}'
    left = "[" + ",".join([*made[:40], broken, *made[61:]]) + "]"
    assert broken in decode_json_cut.check(left, encode(left)).texts[1]
    with pytest.raises(PassThrough, match="same key twice"):
        encode(left.replace("…9 tokens truncated…", "") + "x")


def test_a_mark_that_the_data_says_is_a_value() -> None:
    made = [{"id": at, "said": f"it said …{at} tokens truncated… there", "ok": True} for at in range(60)]
    form = encode(json.dumps(made, ensure_ascii=False))
    assert "in cut JSON" not in form
    left = json.dumps(made, ensure_ascii=False)[:-40]
    assert sum(map(len, decode_json_cut.check(left, encode(left)).tables)) == 59


def test_the_names_of_tables_stand_for_nothing_else() -> None:
    text = json.dumps({"note": "see @1, @2 and @11", "items": orders(50)})
    said = decode_json_cut.check(text[:-30], encode(text[:-30]))
    assert "see @1, @2 and @11" in said.texts[0]
    assert "@101:" in encode(text[:-30])


def test_what_is_left_out_is_counted_among_what_came() -> None:
    text = json.dumps(orders(600), indent=2)
    left = text[: len(text) // 3] + MARKS[3] + text[len(text) // 2 :]
    whole = decode_json_cut.check(left, encode(left))
    result = json_rows.compress(left, Context(original="/o/0123456789ab.txt", budget_tokens=1500))
    (omission,) = markers.find(result.text)
    assert omission.unit == "rows left whole in cut JSON"
    assert omission.total == sum(map(len, whole.tables)) < 600
    assert result.omitted["rows"] == omission.omitted == omission.total - result.kept
    for piece in whole.texts:
        assert piece.strip() in result.text
    assert "place of the row among those of its table that came" in result.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (json.dumps(orders(50)) + "\nDone.", "text after"),
        ("Here it is:\n" + json.dumps(orders(50)), "more than JSON"),
        ("Here it is:\n" + lines(orders(50)), "more than JSON"),
        ("[12:00:01] INFO start\n" + lines(orders(50)), "more than JSON"),
        (lines(orders(50)) + "Done.", "more than JSON"),
        ("\n".join(f"[12:00] {json.dumps(row)}" for row in orders(50)), "no rows are whole"),
        (json.dumps(orders(2))[:-9], "no rows are whole"),
        ("[" + ",".join('{"a": 1, "b": [2}' for _ in range(60)), "no rows are whole"),
        (json.dumps(orders(9)) [:-9] + ', "x": "' + "y" * 9000, "too little"),
        ("Traceback\n  x\n".join([lines(orders(9))] * 9) + '{"id": 1', "too many pieces"),
        ('{"a":' * 300_000, "nested deeper"),
        ("[" + f'{{"a": "{"x" * 3000}", "b": {"[" * 800}{"]" * 800}}},' * 9 + '{"a": 1', "nested deeper"),
        ('[{"a": 1, "b": ' + "[" * 70 + "]" * 70 + '}, {"a": 2}, {"a": 3}, {"a": 4', "nested deeper"),
        ("[1, 2, 3, 4", "not whole JSON: it ends at character 11; no rows are whole in it"),
        ("[1, 2; 3, 4]", "not JSON from character 6 on; no rows are whole in it"),
    ],
)  # fmt: skip
def test_what_is_no_cut_json_passes_through(text: str, reason: str) -> None:
    with pytest.raises(PassThrough, match=reason):
        encode(text)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ('"a": 1},\n  {\n    "a": 2', True),
        ('st-1", "x": null}\r\n{"a": 1}', True),
        ('},{"a":1},{"a":2}', True),
        ("2026-11-20 INFO {ready}\n", False),
        ("function f() { return {a: 1}; }", False),
        ("", False),
    ],
)
def test_looks_like_the_middle_of_rows(sample: str, expected: bool) -> None:
    assert json_cut.looks_like(sample) is expected


@pytest.mark.parametrize("file", sorted(WRAPPED.glob("*json*cut*.txt")), ids=lambda file: file.stem)
def test_what_agents_cut_is_read_to_its_end(file: Path) -> None:
    text = file.read_bytes().decode()
    form = forms.best(text, Context(), Policy.at("lossless"), tokens.count, COMPRESSORS)
    assert form.compressor == "json_rows"
    (part,) = [part for part in form.parts if part.compressor]
    assert "in cut JSON" in part.text
    if not part.in_string:
        decode_json_cut.check(part.original, part.text.strip("\n"))
    assert form.tokens_after < 0.5 * form.tokens_before


HOSTILE = {
    "openings": lambda: '{"a":{"b":[' * 100_000,
    "openings and closings": lambda: '{"a": 1}}{"a": [' * 60_000,
    "open strings": lambda: '{"a": "' * 150_000,
    "rows without ends": lambda: '[{"a": 1},' + '{"a": {"b": 1,' * 80_000,
    "rows and text": lambda: '[{"a": 1}, {"a": 2}, {"a": 3}] x ' * 40_000,
    "marks": lambda: json.dumps([{"a": "…5 tokens truncated…"} for _ in range(30_000)], ensure_ascii=False) + "[",
    "names": lambda: '[{"a": "' + " ".join(f"@{n}" for n in range(60_000)) + '"},' + '{"a": 1},' * 60_000,
    "blanks": lambda: '[{"a": 1}' + " " * 300_000 + '{"a": 1}' + "\n" * 300_000,
    "brackets and quotes": lambda: "".join(random.Random(1).choice('{}[]":, 1\n') for _ in range(100_000)),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_or_refused(name: str) -> None:
    text = HOSTILE[name]()
    try:
        form = encode(text)
    except PassThrough:
        return
    decode_json_cut.check(text, form) if "in cut JSON" in form.partition("\n")[0] else None


def test_numbers_keep_their_spelling() -> None:
    text = "[" + ",".join('{"a":1.0,"b":-0,"c":1e5,"d":12345678901234567890}' for _ in range(40)) + ',{"a":1.'
    row = decode_json_cut.check(text, encode(text)).tables[0][0]
    assert list(row.values()) == list(map(Spelled, ("1.0", "-0", "1e5", "12345678901234567890")))
