from headroom.compressors.html_regions import Region
from headroom.compressors.html_tables import BREAK, Block, Table

REGION = Region("", None)


def fill(rows: list[list[tuple[str, dict[str, str], str]]], **attributes: str) -> list[Block]:
    table = Table(attributes, REGION)
    for row in rows:
        table.row()
        for tag, said, text in row:
            table.cell(tag, said)
            if text:
                table.target.append(Block(text, REGION, "p"))
    return table.blocks()


def text(rows: list[list[tuple[str, dict[str, str], str]]], **attributes: str) -> list[str]:
    return [block.text for block in fill(rows, **attributes)]


def test_rows_between_bars() -> None:
    rows = [[("th", {}, "Name"), ("th", {}, "Price")], [("td", {}, "a|b"), ("td", {}, f"1{BREAK}2")]]
    assert text(rows) == ["Name | Price\n---|---\na\\|b | 1; 2"]


def test_spans_keep_the_columns() -> None:
    rows = [
        [("td", {"rowspan": "3"}, "A"), ("td", {}, "1")],
        [("td", {}, "2")],
        [("td", {}, "3")],
        [("td", {"colspan": "2"}, "B"), ("td", {}, "4")],
    ]
    assert text(rows) == ["A | 1\nA | 2\nA | 3\nB |  | 4"]


def test_a_table_that_only_lays_out_gives_its_blocks() -> None:
    rows = [[("td", {}, "left"), ("td", {}, "right")]]
    assert text(rows, role="presentation") == ["left", "right"]
    assert text([[("td", {}, "x" * 700), ("td", {}, "y")]]) == ["x" * 700, "y"]


def test_an_empty_table() -> None:
    assert fill([]) == []
    assert fill([[("td", {}, ""), ("td", {}, "")]]) == []


def test_huge_spans_are_bounded() -> None:
    rows = [[("td", {"rowspan": "99999", "colspan": "99999999"}, "x")] for _ in range(50)]
    assert len(text(rows)[0]) < 5000
