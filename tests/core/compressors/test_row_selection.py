from itertools import pairwise

import pytest

from headroom.compressors import row_selection


def columns(rows: int) -> list[list[str]]:
    return [[str(at) for at in range(rows)], [f"{100 + at % 7}" for at in range(rows)], ["ok"] * rows]


def test_what_matters_stays_in_order() -> None:
    made = columns(1000)
    made[1][300] = "9000"
    made[2][500] = "connection refused"
    made[2][700] = "odd"
    choice = row_selection.choose(made, "what about 812?", 300)
    assert {0, 1, 300, 500, 700, 812, 998, 999} <= set(choice.rows)
    assert choice.rows == sorted(choice.rows)
    assert choice.must <= len(choice.rows) < 60


def test_numbers_unlike_the_others_stay() -> None:
    made = [[str(at + 3 * (at >= 400)) for at in range(1000)], [f"{20 + at * 7 % 70}.5" for at in range(1000)]]
    made.append([f"{at * 7919:08x}z" for at in range(1000)])
    made[0][200], made[1][300], made[1][500], made[2][700] = "195", "-18.4", "NaN", made[2][600]
    assert {200, 300, 400, 500, 600, 700} <= set(row_selection.choose(made, "", 300).rows)


def test_the_room_is_used_and_spread() -> None:
    rows = row_selection.choose(columns(1000), "", 2000).rows
    assert 120 < len(rows) < 220
    gaps = [b - a for a, b in pairwise(rows)]
    assert max(gaps) < 15


def test_failures_that_are_the_rule_fill_the_budget_only() -> None:
    made = columns(1000)
    made[2] = ["failed" if at % 2 else "ok" for at in range(1000)]
    rows = row_selection.choose(made, "", 1000).rows
    assert 40 < len(rows) < 120
    assert sum(made[2][row] == "failed" for row in rows) > 30


def test_all_fits_when_there_is_room() -> None:
    assert row_selection.choose(columns(20), "", 10_000).rows == list(range(20))
    assert row_selection.choose([[]], "", 100).rows == []


def test_statistics_are_exact() -> None:
    made = columns(100)
    made[2][5] = "bad"
    said = row_selection.statistics(["id", "ms", "state"], made, range(50), 200)
    assert (
        said == "id: 0..49, median 25; ms: 100 8, 101 7, 102 7, 103 7, 104 7, 105 7, 106 7; state: ok 49, bad 1"
        or (said == "id: 0..49, median 25; ms: 100..106, median 103; state: ok 49, bad 1")
    )
    assert row_selection.statistics(["id"], made[:1], [], 200) == ""
    assert row_selection.statistics(["id", "state"], [made[0], made[2]], range(50), 20) == "state: ok 49, bad 1"


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["1", "2.5"], 2.5),
        (["1Ki", "1Mi"], 2**20),
        (["3d4h", "5m"], 300),
        (["10%", "20%"], 20),
        (["1,234", "1,000,000"], 1e6),
        (["$5", "$6.50"], 6.5),
        (["0.5ms", "2s"], 2),
    ],
)
def test_reads_numbers_with_units(cells: list[str], value: float) -> None:
    read = row_selection.numbers(cells)
    assert read is not None
    assert read[-1] == pytest.approx(value)


def test_words_are_no_numbers() -> None:
    assert row_selection.numbers(["a", "b", "1"]) is None
    assert row_selection.numbers(["nan", "inf"]) is None


def test_a_rare_form_of_a_name_is_rare() -> None:
    made = [[f"user-{at * 37 % 1000}" for at in range(500)]]
    made[0][123] = "ADMIN@root"
    assert 123 in row_selection.choose(made, "", 100).rows


def test_cells_without_a_number_are_counted() -> None:
    cells = [f"{at}.5" for at in range(90)] + ["N/A"] * 10
    said = row_selection.statistics(["ms"], [cells], range(100), 300)
    assert said == "ms: 0.5..89.5, median 45.5, no number in 10"


def test_thousandths_beside_whole_numbers_are_no_durations() -> None:
    cells = [f"{at}m" for at in range(100, 200)] + ["2"] * 20
    assert row_selection.numbers(cells) is None
    assert row_selection.numbers([*cells[:100], "0"]) is not None


def test_a_message_of_a_rare_form_is_found() -> None:
    cells = [f"{('cache hit', 'user gone')[at % 2]} #{at}" for at in range(300)]
    cells[140] = "lost quorum #7"
    assert row_selection.rare_forms(cells) == {140}
