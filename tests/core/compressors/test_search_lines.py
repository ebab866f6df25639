import pytest

from headroom.compressors import search_lines
from headroom.types import PassThrough


def test_a_context_line_goes_to_the_file_whose_path_it_begins_with() -> None:
    text = "a-12-b.py-1-x\na-12-b.py:2:y\na-12-b.py:3:y\n--\na.py:1:z\na.py-2-w"
    paths = [line.path for line in search_lines.read(text).lines]
    assert paths == ["a-12-b.py", "a-12-b.py", "a-12-b.py", "", "a.py", "a.py"]


def test_context_of_no_known_file_belongs_to_none() -> None:
    lines = search_lines.read("a.py:1:x\na.py:2:x\na.py:3:x\nother.py-4-x").lines
    assert lines[-1].path == ""


def test_of_two_files_that_fit_the_longer_path_wins() -> None:
    lines = search_lines.read("a:1:x\na:2:x\na-1-b.c-7-y\na-1-b.c:8:x").lines
    assert lines[2].path == "a-1-b.c"


def test_a_drive_letter_is_part_of_the_path() -> None:
    line = search_lines.read("C:\\a.cs:7:x: 1\n" * 5).lines[0]
    assert (line.path, line.number, line.text) == ("C:\\a.cs", "7", "x: 1")


def test_headings() -> None:
    found = search_lines.read("a.py\n1:x\n2-y\n\nb.py\n3:x\n4:x")
    assert found.form == "heading"
    assert [(line.path, line.number, line.is_hit) for line in found.lines if line.number] == [
        ("a.py", "1", True),
        ("a.py", "2", False),
        ("b.py", "3", True),
        ("b.py", "4", True),
    ]


@pytest.mark.parametrize(
    "path", ["src/a.py", "Makefile", "a b/c.py", "C:\\x\\y.cs", "2024-01-15-post.md", "[id].tsx"]
)
def test_paths(path: str) -> None:
    assert search_lines.is_path(path)


@pytest.mark.parametrize("path", ["12", "2024-01-15T10", "", "{x", "a" * 2000, " a.py"])
def test_what_is_no_path(path: str) -> None:
    assert not search_lines.is_path(path)


@pytest.mark.parametrize("text", ["", "prose\n" * 9, "12:30:01 x\n" * 9, "a: b\n" * 9])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(PassThrough):
        search_lines.read(text)
