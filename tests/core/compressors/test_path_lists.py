import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import tokens
from headroom.compressors import path_lists
from headroom.types import PassThrough
from tests.core.compressors.decode_listing import decode

PARTS = st.sampled_from(
    ["src", "a b", ".", "..", "x.py", "y", "ü", '"q"', ".env", "12", "a:b", "C:", "> z", "", "'s"]
)
LINES = st.one_of(
    st.lists(PARTS, min_size=1, max_size=5).map("/".join),
    st.lists(PARTS, min_size=1, max_size=4).map("\\".join),
    st.sampled_from(
        ["find: './x': Permission denied", "", "Found 3 files", "(Results are truncated.)", "> x", "/", "."]
    ),
)


@settings(max_examples=800, deadline=None)
@given(
    st.lists(LINES, min_size=1, max_size=30),
    st.lists(st.sampled_from(["a/b", "a/b/x", "a/b/y", "a", "a/", "./a/b", "./a", "."]), min_size=4, max_size=25),
    st.sampled_from(["{}", "{}:7", "4.0K\t{}"]),
    st.booleans(),
    st.booleans(),
)
def test_every_list_is_restored(odd: list[str], plain: list[str], form: str, ends: bool, is_odd: bool) -> None:
    lines = plain + odd[:3] if not is_odd else odd
    text = "\n".join(form.format(line) for line in lines) + "\n" * ends
    with contextlib.suppress(PassThrough):
        assert decode(path_lists.lossless(path_lists.read(text), text.endswith("\n")).text) == text


def test_each_folder_stands_once() -> None:
    text = "\n".join(
        f"./src/module/part{at % 3}/file{at:03}.py" for at in sorted(range(90), key=lambda at: at % 3)
    )
    done = path_lists.lossless(path_lists.read(text), False)
    assert decode(done.text) == text
    assert done.text.count("part1/") == 1
    assert tokens.count(done.text) < 0.55 * tokens.count(text)


def test_a_folder_before_and_one_after_what_is_in_it_are_itself() -> None:
    found = "./a\n./a/b\n./a/b/x.py\n./a/b/y.py\n./c"
    lines = path_lists.lossless(path_lists.read(found), False).text.split("\n")[1:]
    assert lines == ["./a/: .", "./a/b/: . x.py y.py", "./: c"]
    assert decode(path_lists.lossless(path_lists.read(found), False).text) == found
    used = "4\t./a/x\n4\t./a/y\n8\t./a\n4\t./b\n12\t."
    assert "./a/: x:4 y:4 .:8" in path_lists.lossless(path_lists.read(used), False).text


def test_a_deep_common_folder_stands_in_the_header() -> None:
    text = "\n".join(f"/srv/shop/apps/web/src/area{at}/index.ts" for at in range(20))
    done = path_lists.lossless(path_lists.read(text), False)
    assert ", all below /srv/shop/apps/web/src/" in done.text.split("\n")[0]
    assert decode(done.text) == text


@pytest.mark.parametrize(
    "line",
    ["", "https://example.com/x", "key: value", "a\tb", " indented", "x <y>", "12", "-", "f(a, b)", "a" * 2000],
)
def test_what_is_no_path(line: str) -> None:
    assert not path_lists.is_path(line)


@pytest.mark.parametrize(
    "line", ["a", "./a b/c", "C:\\x\\y", "/", "a/b/", ".env", ".", "src/[id]/page.tsx", "x,y.py"]
)
def test_what_is_one(line: str) -> None:
    assert path_lists.is_path(line)


def test_names_are_quoted_where_they_must_be() -> None:
    assert path_lists.quoted("a.py") == "a.py"
    assert path_lists.quoted("a b") == '"a b"'
    assert path_lists.quoted(".") == '"."'
    assert path_lists.quoted("a:1") == '"a:1"'
