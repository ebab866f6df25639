"""The report says what was counted and what follows, the most looked up first."""

from pathlib import Path

from headroom.toin import folder, report
from headroom.toin.book import Book, Form

DAY = 20_006
KINDS = {"11111111": "json_rows", "22222222": "logs", "33333333": "table"}
COUNTED: dict[str, dict[str, int]] = {
    "11111111": {"c0": 5, "c1": 1, "b0": 500, "s0": 50, "x0": 4, "f:0123abcd": 4, "h:0123abcd": 5, "o:error": 2},
    "22222222": {"c0": 10, "b0": 30_000, "s0": 12_000, "a0": 9, "w0": 3, "x0": 9, "g0": 9000} | {"k:middle": 1},
    "33333333": {"c0": 1, "b0": 10, "s0": 5},
    "": {"t": 3, "tr": 4, "to": 5},
}


def test_rows_and_their_advice(tmp_path: Path) -> None:
    assert report(tmp_path, DAY) == []
    forms = [
        Form(f"{n:012x}", structure, kind, 0, DAY, 0, frozenset(), b"")
        for n, (structure, kind) in enumerate(KINDS.items())
    ]
    counted = [(structure, what, n) for structure, said in COUNTED.items() for what, n in said.items()]
    Book(folder(tmp_path)).raise_counts(DAY, counted, forms)
    Book(folder(tmp_path)).raise_counts(DAY - 7, [("22222222", "a0", 1)])
    logs, rows, table = report(tmp_path, DAY)
    assert (logs.kind, logs.lookups, logs.tokens_back, logs.advice) == ("logs", 10, 9000, "leave nothing out")
    assert logs.rows_asked == {"kept middle": 1}
    assert (rows.forms, rows.looked_up, rows.fields_asked) == (6, 4, {"0123abcd": 4})
    assert (rows.rows_asked, rows.advice) == ({"omitted error": 2}, "keep 1 field: 0123abcd")
    assert (table.advice, table.level, table.keep, table.last_day) == ("", 0, (), DAY)
    assert rows._replace(level=2, keep=("a", "b")).advice == "budget x 2; keep 2 fields: a, b"
