import pytest

from headroom.compressors import table_delimited


def test_reads_quotes_as_rfc_4180_has_them() -> None:
    read = table_delimited.read('id,note\n1,"a ""b"", c"\n2,"two\nlines"\n3,\n4,x\n')
    assert read is not None
    assert read.header == ["id", "note"]
    assert read.rows == [["1", 'a "b", c'], ["2", "two\nlines"], ["3", ""], ["4", "x"]]
    assert read.after == [""]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_reads_all_delimiters(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["id", "name"], *[[str(at), f"n{at}"] for at in range(5)]))
    read = table_delimited.read(text)
    assert read is not None
    assert len(read.rows) == 5
    assert read.rows[4] == ["4", "n4"]


@pytest.mark.parametrize(
    "text",
    [
        "id,name\n1,a\n2,b,c\n3,d\n4,e\n",
        "id,name\n1,a\n",
        "a, b\nc, d\ne, f\ng, h\ni, j\n",
        "x = 1, 2\ny = 3, 4\nz = 5, 6\nw = 7, 8\n",
        "M\ta.py\nM\tb.py\nA\tc.py\nM\td.py\nD\te.py\n",
        "id,id\n1,2\n3,4\n5,6\n7,8\n",
        'id,name\n1,a\n2,b\n3,c\n4,"open\n',
    ],
)
def test_refuses_what_is_not_regular(text: str) -> None:
    assert table_delimited.read(text) is None
