import contextlib
import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers
from headroom.compressors import table
from headroom.compressors.table_cells import Table
from headroom.types import Context, PassThrough
from tests.core.compressors.decode_table import decode

FIXTURES = Path(__file__).parents[2] / "fixtures" / "table"
ORIGINAL = "/srv/state/originals/0123456789ab.txt"
CASES = [file for file in sorted(FIXTURES.glob("*.in")) if file.stem not in ("psql_multiline", "psql_explain")]
SOURCE = """import os, sys, re

VALUES = [
    (1, "a", 2.5),
    (2, "b", 3.5),
    (3, "c", 4.5),
    (4, "d", 5.5),
]
"""
odd = st.sampled_from(
    ["", "a b", '"q"', 'say "x"', "a,b", "two\nlines", "tab\there", "é\u2028", " x", "0012", "12Mi", "x" * 50]
)
cells = odd | st.sampled_from(["2026-03-01T10:00:00Z", "2026-03-01T11:30:00Z", "same value"]) | st.text(max_size=5)


def lossy(text: str, budget_tokens: int = 200, query: str = "") -> str:
    return table.compress(text, Context(query, budget_tokens=budget_tokens, original=ORIGINAL)).text


def same(text: str, expected: Table) -> None:
    """Check that a lossless form holds the header and the cells of a table."""
    form = table.compress(text, Context()).text
    names, rows, after = decode(form, len(expected.before))
    order = [names.index(name) for name in expected.header]
    assert sorted(names) == sorted(expected.header)
    assert [[row[at] for at in order] for row in rows] == expected.rows
    assert after == expected.after


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_no_cell_of_real_output_is_lost(file: Path) -> None:
    text = file.read_bytes().decode()
    read = table.read(text)
    assert read is not None
    with contextlib.suppress(PassThrough):
        same(text, read)
    seen = "\n".join([*read.before, *read.header, *(cell for row in read.rows for cell in row), *read.after])
    words = set(re.findall(r"[\w@.:%-]*\w[\w@.:%-]*", text))
    assert {word for word in words if word.rstrip(":") not in seen and not word.rstrip(".").isdigit()} <= {
        "RECORD",
        "row",
    }


def test_what_psql_prints_in_several_forms_is_the_same_table() -> None:
    rows = {}
    for name in ("psql_csv", "psql_200", "psql_x"):
        read = table.read((FIXTURES / f"{name}.in").read_text())
        assert read is not None
        rows[name] = [read.header, *read.rows]
    assert rows["psql_200"] == rows["psql_csv"][:200]
    assert rows["psql_x"] == rows["psql_csv"][:60]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=4, max_size=12)
    ),
    st.booleans(),
)
def test_no_cell_of_a_csv_is_lost(rows: list[list[str]], is_quoted: bool) -> None:
    rows = [[cell.replace("\r", "").replace("\0", "") for cell in row] for row in rows]
    header = [f"column_{at}" for at in range(len(rows[0]))]
    written = io.StringIO()
    quoting = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    csv.writer(written, lineterminator="\n", quoting=quoting).writerows([header, *rows])
    text = written.getvalue()
    read = table.read(text)
    if read is None:
        return
    # A line break inside a quoted cell is read back as any reader of CSV reads it.
    assert [read.header, *read.rows] == list(csv.reader(io.StringIO(text, newline="")))
    with contextlib.suppress(PassThrough):
        same(text, read)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
@pytest.mark.parametrize("budget", [100, 600])
def test_every_row_is_there_or_counted(file: Path, budget: int) -> None:
    text = file.read_bytes().decode()
    read = table.read(text)
    assert read is not None
    try:
        form = table.compress(text, Context(budget_tokens=budget, original=ORIGINAL))
    except PassThrough:
        return
    (said,) = markers.find(form.text)
    assert said.omitted + form.kept == said.total == len(read.rows)
    assert form.omitted == {"rows": said.omitted}
    head = 1 + len(read.before) + form.text.split("\n")[len(read.before) + 1].startswith("In every row: ") + 1
    assert len(form.text.split("\n")) == head + form.kept + len(read.after)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_looks_like_tables(file: Path) -> None:
    assert table.looks_like(file.read_bytes().decode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        SOURCE * 5,
        "The cart, the order, and the price.\nThe stock, the coupon, and the refund.\n" * 10,
        "# Notes\n\nSome prose here.\n\n- one\n- two\n" * 5,
        "2026-03-01 10:00:00,123 INFO started\n" * 20,
        "src/a.py:12: error: x, y\nsrc/b.py:3: error: z, w\n" * 10,
        "total 12\n-rw-r--r-- 1 ada ada  120 Mar  2 10:00 a.py\n-rw-r--r-- 1 ada ada 1200 Mar  2 10:00 b.py\n" * 4,
        '{"a": 1, "b": 2}\n' * 10,
        "def f(a, b):\n    return a, b\n" * 10,
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
        "=====  tests  =====\ntest_a.py ....\ntest_b.py ....\n-----\n" * 3,
        "int a[] = {\n  1, 2, 3,\n  4, 5, 6,\n  7, 8, 9,\n};\n",
        "Title\n=====\n\nText text text\n-----\nmore\n",
        "| just one line with a bar\n" * 10,
        "foo | bar | baz\n" * 10,
        "1,2,3\n4,5,6\n7,8,9\n10,11,12\n",
        "import {a} from 'b';\nimport {c} from 'd';\nconst x = [1, 2];\nfunction f(a, b) { return a; }\n" * 4,
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n' * 4,
    ],
    ids=range(18),
)
def test_nothing_else_looks_like_a_table(text: str) -> None:
    assert not table.looks_like(text)


def test_failures_outliers_and_rare_values_stay() -> None:
    text = (FIXTURES / "psql_csv.in").read_text()
    form = lossy(text, 1500, "what did customer88 order?")
    for fact in ("payment failed", "98500.00", "CHF"):
        assert fact in form
    lines = [line for line in text.split("\n") if "customer88@" in line]
    assert any(line.split(",")[0] in [row.split("\t")[0] for row in form.split("\n")] for line in lines)
    assert [int(line.split("\t")[0]) for line in form.split("\n")[2:-1]] == sorted(
        int(line.split("\t")[0]) for line in form.split("\n")[2:-1]
    )


def test_the_omission_says_what_the_rows_were() -> None:
    form = lossy((FIXTURES / "kubectl.in").read_text(), 1000)
    (said,) = markers.find(form)
    assert "STATUS: Running" in said.detail
    assert "CrashLoop" not in said.detail


def test_refuses_what_it_must_not_touch() -> None:
    text = (FIXTURES / "psql_200.in").read_text()
    for changed in (
        text + "<system-reminder>x</system-reminder>",
        text.replace("(199", "[headroom: (199"),
        "words\n" * 9,
    ):
        with pytest.raises(PassThrough):
            table.compress(changed, Context())
    with pytest.raises(PassThrough):
        table.compress("a,b\nIn every row: 1,2\n", Context())


@pytest.mark.parametrize("budget", [None, 500])
@pytest.mark.parametrize(
    "text",
    [
        "a,b\n" + "x," + "y" * 5_000_000 + "\n",
        "a,b,c" * 500_000,
        "|" * 2_000_000,
        "| a | b |\n|---|---|\n" + "| x | y |\n" * 100_000,
        "a | b\n---+---\n" + "1 | 2\n" * 100_000,
        "A  B\n" + "x  y\n" * 100_000,
        "NAME   READY   AGE\n" + "a" * 1_000_000 + "   1   2\n" + "b   1   2\n" * 50,
        'a,b\n"' + "x\n" * 200_000,
        "a\tb\n\0\t\ud800\n" * 1000,
        "a,b\r\n1,2\r\n3,4\r\n5,6\r\n7,8\r\n",
        "a" * 100 + ",b\n" + "[" * 100_000,
        "-[ RECORD 1 ]\n" + "a | b\n" * 100_000,
        "USER PID CPU MEM\n" + "x 1 2 3\n" * 50_000,
        "---  " * 200_000,
    ],
    ids=range(14),
)
def test_hostile_input_takes_linear_time(text: str, budget: int | None) -> None:
    table.looks_like(text)
    with contextlib.suppress(PassThrough):
        table.compress(text, Context("why x", budget_tokens=budget))
