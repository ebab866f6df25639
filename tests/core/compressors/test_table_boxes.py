from headroom.compressors import table_boxes

PSQL = " id |  name   \n----+---------\n  1 | a | b\n  2 |  x\n  3 |\n(3 rows)\n"


def test_psql_keeps_blanks_in_front_of_text_and_drops_those_of_numbers() -> None:
    read = table_boxes.read(PSQL.replace("a | b", "a").split("\n"))
    assert read is not None
    assert read.header == ["id", "name"]
    assert read.rows == [["1", "a"], ["2", " x"], ["3", ""]]
    assert read.after == ["(3 rows)", ""]


def test_a_bar_in_a_cell_is_no_border() -> None:
    read = table_boxes.read(PSQL.split("\n"))
    assert read is not None
    assert read.rows[0] == ["1", "a | b"]


def test_markdown_and_its_escaped_bars() -> None:
    text = "| a | b |\n|:--|--:|\n| x \\| y | 1 |\n| z | 2 |\n| w | 3 |"
    read = table_boxes.read(text.split("\n"))
    assert read is not None
    assert read.rows[0] == ["x \\| y", "1"]


def test_a_grid_with_cells_of_several_lines() -> None:
    border = "+---+---+"
    lines = [
        border,
        "| a | b |",
        "+===+===+",
        "| x | 1 |",
        "| y |   |",
        border,
        "| z | 2 |",
        border,
        "| w | 3 |",
        border,
    ]
    text = "\n".join(lines)
    read = table_boxes.read(text.split("\n"))
    assert read is not None
    assert read.rows[1] == ["z", "2"]
    assert [cell.split() for cell in read.rows[0]] == [["x", "y"], ["1"]]


def test_records() -> None:
    psql = "".join(f"-[ RECORD {at} ]\nid   | {at}\nname | n{at}\n" for at in range(1, 5)) + "\n"
    mysql = (
        "".join(f"{'*' * 27} {at}. row {'*' * 27}\n  id: {at}\nname: a: {at}\n" for at in range(1, 5))
        + "4 rows in set"
    )
    read = table_boxes.read(psql.split("\n"))
    assert read is not None
    assert read.rows[3] == ["4", "n4"]
    read = table_boxes.read(mysql.split("\n"))
    assert read is not None
    assert (read.rows[0], read.after) == (["1", "a: 1"], ["4 rows in set"])


def test_refuses_what_is_not_clear() -> None:
    for text in (
        "a | b\n---+---\nx +| 1\ny  | 2\nz  | 3",
        "| a | b |\n|---|---|\n| x |\n| y | 2 |\n| z | 3 |",
        "a\n---\nb",
        "words | words\nmore | more",
        "",
    ):
        assert table_boxes.read(text.split("\n")) is None
