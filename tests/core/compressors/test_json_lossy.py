import contextlib
import json
import random
import re

import pytest

from headroom import markers, tokens
from headroom.compressors import json_rows
from headroom.types import Compressed, Context, PassThrough
from tests.bench.needles import survives
from tests.bench.workloads_json import WORKLOADS

ORIGINAL = "/srv/state/originals/0123456789ab.txt"


def compress(text: str, budget: int, query: str = "") -> Compressed:
    return json_rows.compress(text, Context(query=query, budget_tokens=budget, original=ORIGINAL))


def listing(count: int) -> list[dict[str, object]]:
    chance = random.Random(7)
    return [
        {"id": at, "name": f"thing {chance.randrange(10**6)}", "state": "open", "size": chance.randrange(90, 110)}
        for at in range(count)
    ]


@pytest.mark.parametrize("make", WORKLOADS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("budget", [1400, 4000])
def test_planted_facts_survive(make, budget: int) -> None:  # type: ignore[no-untyped-def]
    work = make()
    result = compress(work.text, budget, work.query)
    assert [needle for needle in work.needles if not survives(needle, result.text)] == []
    assert tokens.count(result.text) < 1.25 * budget


@pytest.mark.parametrize("budget", [300, 1000, 3000])
def test_what_is_shown_is_exact_and_the_rest_is_counted(budget: int) -> None:
    rows = listing(700)
    result = compress(json.dumps(rows), budget)
    marker, _, *lines = result.text.split("\n")
    omission = markers.parse(marker)
    assert omission is not None
    assert (omission.total, omission.original) == (700, ORIGINAL)
    shown = [dict(zip(("#", "id", "name", "size"), line.split("\t"), strict=True)) for line in lines[2:]]
    assert lines[:2] == ["In every row: state=open", "#\tid\tname\tsize"]
    assert omission.omitted == 700 - len(shown) == result.omitted["rows"]
    assert result.kept == len(shown)
    for line in shown:
        row = rows[int(line["#"]) - 1]
        assert [line["id"], line["name"], line["size"]] == [str(row["id"]), row["name"], str(row["size"])]
    assert [int(line["#"]) for line in shown] == sorted(int(line["#"]) for line in shown)
    assert 0.75 * budget < tokens.count(result.text) < 1.2 * budget


def test_long_cells_are_shortened_in_sight() -> None:
    rows = [{"id": at, "body": f"body {at} " + f"goes on, {at * 7919 % 101} times, " * 120} for at in range(30)]
    result = compress(json.dumps(rows), 1500)
    omission = markers.parse(result.text.partition("\n")[0])
    assert omission is not None
    gaps = [int(gap.replace(",", "")) for gap in re.findall(r"\[\+([\d,]+) chars\]", result.text)]
    assert sum(gaps) == result.omitted["chars"] == omission.omitted
    assert omission.unit == "characters of the table"
    assert all(f"body {at} " in result.text for at in range(30))


def test_several_tables_share_a_budget() -> None:
    value = {"small": listing(5), "large": listing(900), "other": listing(300), "n": 3}
    result = compress(json.dumps(value), 2000)
    assert '{"small":@1,"large":@2,"other":@3,"n":3}' in result.text
    assert "@1: 5 of 5 objects" in result.text
    assert re.search(r"@2: \d+ of 900 objects \(omitted: id ", result.text)
    assert tokens.count(result.text) < 2400


def test_lines_of_json_and_members_of_objects() -> None:
    lines = "\n".join(map(json.dumps, listing(400)))
    assert "of 400 rows omitted" in compress(lines, 800).text
    members = json.dumps({f"key{at * 7919 % 1009}": row for at, row in enumerate(listing(400))})
    assert "#\t(key)\tid\tname" in compress(members, 800).text


def test_warnings_in_json_logs_always_stay() -> None:
    chance = random.Random(9)
    made = []
    for at in range(2000):
        level = "warn" if at in (300, 301, 1200) else "error" if at == 900 else "info"
        made.append({"level": level, "time": 1_700_000_000 + at, "msg": f"{level} {chance.randrange(10**9)}"})
    text = "\n".join(map(json.dumps, made))
    result = compress(text, 1000).text
    assert all(made[at]["msg"] in result for at in (300, 301, 900, 1200))


def test_a_long_array_of_numbers_shows_what_stands_out() -> None:
    chance = random.Random(3)
    numbers = [chance.randrange(90, 110) for _ in range(4000)]
    numbers[1234] = 777
    for value in (numbers, {"unit": "ms", "samples": numbers}):
        result = compress(json.dumps(value), 500).text
        assert "\n1235\t777\n" in result
        assert "of 4,000 rows omitted ((value) 90..109, median " in result


def test_no_formula_takes_from_a_column_that_is_not_shown() -> None:
    hashes = [f"{at * 7919:040x}" for at in range(300)]
    rows = [row | {"sha": sha, "url": f"https://x/{sha}"} for row, sha in zip(listing(300), hashes, strict=True)]
    assert "url=https://x/{sha}" in json_rows.compress(json.dumps(rows), Context()).text
    result = compress(json.dumps(rows), 900).text
    assert "{sha}" not in result
    assert "not shown: sha, columns made from others (1)" in result


def test_it_is_deterministic() -> None:
    text = json.dumps(listing(300))
    assert compress(text, 700, "thing") == compress(text, 700, "thing")


@pytest.mark.parametrize(
    "value",
    [
        [{"a": "x" * 1_000_000}, {"a": "y" * 1_000_000}],
        [{f"k{at}": at for at in range(5000)}, {f"k{at}": at for at in range(5000)}],
        [{"a": None}] * 50_000,
        [{"a": [[[]]] * 50}] * 300,
        [{"a": "\n" * 3000, "b": "\x00"}] * 40 + [{"a": "=", "b": "$1"}],
        [["~"] * 3] * 2000,
    ],
    ids=["long cells", "wide", "nulls", "nested", "control characters", "arrays"],
)
def test_hostile_tables_take_bounded_time(value: object) -> None:
    text = json.dumps(value)
    with contextlib.suppress(PassThrough):
        compress(text, 1000, "x y z")


def test_long_values_of_every_row_are_shortened_and_counted() -> None:
    rows = [{"id": at, "policy": 'allow "x" ' * 500, "name": f"n{at * 7919 % 1000}"} for at in range(300)]
    result = compress(json.dumps(rows), 600)
    assert tokens.count(result.text) < 800
    assert result.omitted["chars"] > 3000
    assert re.search(r"^In every row: policy=allow .* … \[\+[\d,]+ chars\]", result.text, re.MULTILINE)


def test_what_is_shown_of_a_long_list_is_no_string() -> None:
    rows = [{"id": at, "path": [f"step {at} {part}" for part in range(60)]} for at in range(100)]
    result = compress(json.dumps(rows), 900)
    assert re.search(r'^1\t0\t\["step 0 0","step 0 1",.* … \[\+[\d,]+ chars\]', result.text, re.MULTILINE)
