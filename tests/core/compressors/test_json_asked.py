"""Fields that were asked for are found among the columns however these are written."""

import json
import random
import uuid

import pytest

from headroom.compressors import json_asked, json_rows
from headroom.types import Context


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ({"a"}, {"a"}),
        ({"user"}, {"user.mail", "user.id"}),
        ({"user.mail"}, {"user.mail"}),
        ({"items"}, {"items[0].sku", "items[1].sku"}),
        ({"tags.name"}, {"tags[{id,name}]"}),
        ({"box.lid.size"}, {"box{lid,base}"}),
        ({"use"}, set()),
        (set(), set()),
    ],
)
def test_columns(fields: set[str], columns: set[str]) -> None:
    names = ["a", "ab", "user.mail", "user.id", "items[0].sku", "items[1].sku", "tags[{id,name}]", "box{lid,base}"]
    assert json_asked.columns(names, frozenset(fields)) == columns


CHANCE = random.Random(1)
LICENCE = " ".join(CHANCE.choices("abcd", k=4000))
ROWS = [
    {
        "n": n,
        "name": f"row {n}",
        "hash": uuid.UUID(int=CHANCE.getrandbits(128)).hex,
        "said": " ".join(CHANCE.choices(["abc", "defg", "h"], k=300)),
        "team": {"name": f"t{n % 4}", "id": n % 4},
        "licence": LICENCE,
    }
    for n in range(200)
]


def form(*keep: str) -> str:
    context = Context(budget_tokens=2500, keep=frozenset(keep))
    return json_rows.compress(json.dumps(ROWS), context).text


def test_a_field_that_was_asked_for_is_shown() -> None:
    assert ROWS[0]["hash"] not in form()
    assert ROWS[0]["hash"] in form("hash")
    assert "not shown: hash" in form()
    assert "not shown: hash" not in form("hash")
    assert "team.name" in form("team.name")


def test_its_cells_are_longer_and_what_is_the_same_everywhere_is_whole() -> None:
    first = str(ROWS[0]["said"])
    assert first[:700] not in form()
    assert len(max(form("said").split("\n")[5:], key=len)) > 2 * len(max(form().split("\n")[5:], key=len))
    assert LICENCE not in form()
    assert LICENCE in form("licence")


def test_without_one_nothing_changes() -> None:
    assert form() == form("no such field")
