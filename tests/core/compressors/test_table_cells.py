from headroom.compressors import table_cells
from headroom.compressors.table_cells import Table


def lines(header: list[str], rows: list[list[str]], is_whole: bool = True) -> list[str]:
    return table_cells.lines_of(table_cells.form(Table("x", [], header, rows, []), is_whole))


def test_what_all_cells_have_in_common_is_written_once() -> None:
    rows = [["shop", f"2026-03-02T10:0{at}:00Z", f"{at}7Mi", "x"] for at in range(6)]
    assert (
        lines(["NS", "TIME", "MEM", "X"], rows)[:5]
        == [
            "In every row: NS=shop\tX=x",
            "Prefixes: TIME=2026-03-02T10:",
            "Suffixes: TIME=:00Z\tMEM=Mi",
            "TIME\tMEM",
            "00\t07",
        ]
        or lines(["NS", "TIME", "MEM", "X"], rows)[0] == "In every row: NS=shop\tX=x"
    )


def test_only_what_holds_for_every_row_is_factored_out_where_rows_are_missing() -> None:
    rows = [["shop", f"2026-03-02T10:0{at}:00Z"] for at in range(6)]
    assert lines(["NS", "TIME"], rows, is_whole=False)[:3] == [
        "In every row: NS=shop",
        "TIME",
        "2026-03-02T10:00:00Z",
    ]


def test_repeats_are_left_empty_where_nearly_all_are() -> None:
    rows = [["kube-system" if at > 2 else "default", str(at)] for at in range(40)]
    made = lines(["NAMESPACE", "N"], rows)
    assert made[:6] == [
        "An empty cell repeats the one above: NAMESPACE",
        *("NAMESPACE\tN", "default\t0", "\t1", "\t2", "kube-system\t3"),
    ]


def test_short_beginnings_stay_to_be_found() -> None:
    rows = [[f"10.42.{at}.1", "x" * at] for at in range(9)]
    assert lines(["IP", "X"], rows)[1] == "10.42.0.1\t"


def test_odd_cells_are_quoted() -> None:
    assert lines(["A", "B"], [['"', "a\tb"], ["x", 'y "z"']]) == ["A\tB", '"\\""\t"a\\tb"', 'x\ty "z"']


def test_two_columns_of_one_name_are_not_named_in_notes() -> None:
    assert lines(["A", "A"], [["x", "y"]] * 6)[0] == "A\tA"


def test_knows_its_own_notes() -> None:
    assert table_cells.reads_like_a_note("Prefixes: a=b")
    assert not table_cells.reads_like_a_note("a\tb")
