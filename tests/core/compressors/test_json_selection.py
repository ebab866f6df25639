import random
from itertools import pairwise

from headroom.compressors import json_profiles, json_selection
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_selection import Picks
from headroom.compressors.json_values import Number


def pick(query: str = "", count: int = 300, **changes: dict[int, object]) -> Picks:
    chance = random.Random(5)
    columns: dict[str, Cells] = {
        "id": [Number(str(at)) for at in range(count)],
        "status": ["ok"] * count,
        "ms": [Number(str(int(chance.gauss(100, 5)))) for _ in range(count)],
        "note": [f"note {chance.randrange(10**6)}" for _ in range(count)],
    }
    for name, new in changes.items():
        for row, value in new.items():
            columns[name][row] = value  # type: ignore[call-overload]
    texts = ["\t".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    return json_selection.pick({name: json_profiles.profile(v) for name, v in columns.items()}, texts, query)


def test_what_must_be_shown() -> None:
    picks = pick(
        "tell me about the zebra",
        status={40: "failed", 90: "paused"},
        ms={140: Number("9000")},
        note={190: "a zebra was here"},
    )
    assert {0, 1, 2, 298, 299, 40, 90, 140, 190} <= set(picks.always)
    assert 40 in picks.failing
    assert picks.asked == {190}
    assert "zebra" in picks.words


def test_numbers_unlike_the_others_are_shown() -> None:
    picks = pick(ms={40: Number("-12"), 90: Number("NaN"), 140: "soon"}, id={190: Number("185")})
    assert {40, 90, 140, 190} <= set(picks.always)


def test_every_row_is_ranked_once() -> None:
    picks = pick()
    assert sorted([*picks.always, *picks.then]) == list(range(300))


def test_the_rest_is_spread() -> None:
    picks = pick()
    some = sorted(picks.then[-200:][:20])
    assert max(after - before for before, after in pairwise(some)) < 100


def test_failures_that_differ_in_numbers_only_are_thinned() -> None:
    picks = pick(note={at: f"error: request {at} failed" for at in range(20, 60)})
    assert len([row for row in picks.always if row in picks.failing]) < 12
    assert len(picks.failing) == 40


def test_all_different_failures_are_shown() -> None:
    words = ["disk", "net", "cpu", "fan", "bus", "ram", "gpu", "key", "log", "pin"]
    picks = pick(note={20 + at: f"error: the {word} failed" for at, word in enumerate(words)})
    assert set(range(20, 30)) <= set(picks.always)


def test_a_message_of_a_rare_form_is_shown() -> None:
    assert 140 in pick(note={140: "lost quorum"}).always
    assert 140 in pick(note={140: "quorum 471100"}).always


def test_a_key_that_few_rows_have_is_shown() -> None:
    more: Cells = [MISSING] * 300
    more[140] = {"result": "KO"}
    columns: dict[str, Cells] = {"id": [Number(str(at)) for at in range(300)], "(more)": more}
    profiles = {name: json_profiles.profile(values) for name, values in columns.items()}
    assert 140 in json_selection.pick(profiles, [str(at) for at in range(300)], "").always


def test_where_most_rows_have_no_value_the_others_are_not_all_rare() -> None:
    values: Cells = [Number(f"0.{at}") if at % 10 == 0 else MISSING for at in range(300)]
    columns: dict[str, Cells] = {"id": [Number(str(at)) for at in range(300)], "value": values}
    profiles = {name: json_profiles.profile(values) for name, values in columns.items()}
    assert len(json_selection.pick(profiles, [str(at) for at in range(300)], "").always) < 12
