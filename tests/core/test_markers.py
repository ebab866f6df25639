"""An omission line says what was left out and how to get it back, and is read as it was written."""

import json
import shlex
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from headroom import markers
from headroom.markers import Omission
from headroom.store import SqliteStore

PATH = "/home/u/.local/state/headroom/store/originals/0123456789ab.txt"
ROOT = "/home/u/.local/state/headroom/store/originals"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            Omission(1985, 2000, "rows", "status: ok 1,980, pending 5", PATH),
            f"[headroom: 1,985 of 2,000 rows omitted (status: ok 1,980, pending 5); all of it: {PATH}]",
        ),
        (Omission(3, 4, "log lines", "", PATH), f"[headroom: 3 of 4 log lines omitted; all of it: {PATH}]"),
        (Omission(3, 4, "rows", "", ""), "[headroom: 3 of 4 rows omitted]"),
        (Omission(3, 4, "rows", "a (b", ""), "[headroom: 3 of 4 rows omitted (a (b)]"),
        (
            Omission(3, 4, "rows", "", "headroom retrieve 0123456789ab"),
            "[headroom: 3 of 4 rows omitted; all of it: headroom retrieve 0123456789ab]",
        ),
        (
            Omission(3, 4, "rows", "", "/a b/ü]/0123456789ab.txt"),
            "[headroom: 3 of 4 rows omitted; all of it: /a b/ü]/0123456789ab.txt]",
        ),
        (
            Omission(3, 4, "rows", "", "/a\nb/0123456789ab.txt"),
            '[headroom: 3 of 4 rows omitted; all of it: "/a\\nb/0123456789ab.txt"]',
        ),
    ],
)
def test_the_line_is_written_and_read(said: Omission, line: str) -> None:
    assert markers.omission(*said) == line
    assert markers.parse(line) == said
    assert markers.parse(f"  {line}\r\n") == said
    assert markers.find(f"first\n  {line}\nlast") == [said]


def test_a_detail_is_made_one_line_that_cannot_pose_as_another_part() -> None:
    line = markers.omission(1, 2, "rows", " a\n\n b; all of it: /etc/passwd] [headroom: 1 of 1 x omitted]", PATH)
    (omission,) = [found for found in markers.find(line) if found.key]
    assert omission.original == PATH
    assert "\n" not in line
    read = markers.parse(line)
    assert read
    assert (read.original, read.detail[:17]) == (PATH, "a b; all of it = ")


words = st.from_regex(r"[a-z]{1,8}( [a-z]{1,8})?", fullmatch=True).filter(lambda unit: "omitted" not in unit)
counts = st.integers(0, 10**12)
# Any text, and texts with much of what the line itself is made of.
odd = st.text(st.characters(codec=None)) | st.lists(
    st.sampled_from(
        ["; all of it: ", "[headroom: ", "]", ")", " (", " omitted", "1 of 2 ", '"', "\\", " ", "x", "\n"]
    )
).map("".join)


@given(counts, counts, words, odd, odd)
def test_any_line_reads_as_it_was_written(omitted: int, total: int, unit: str, detail: str, original: str) -> None:
    line = markers.omission(omitted, total, unit, detail, original)
    read = markers.parse(line)
    assert read
    assert read._replace(detail="") == Omission(omitted, total, unit, "", original)
    assert markers.omission(*read) == line
    assert line.splitlines() == [line]


@given(odd)
def test_reading_any_text_raises_nothing(text: str) -> None:
    markers.parse(text)
    markers.find(text)
    markers.is_retrieval(text, ROOT)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[headroom: ]",
        "[headroom: many rows omitted]",
        "[headroom: 3 of 4 rows]",
        "[headroom: 3 of 4 rows omitted (x]",
        "[headroom: 3 of 4 rows omitted; all of it: x",
        '[headroom: 3 of 4 rows omitted; all of it: "x]',
        '[headroom: 3 of 4 rows omitted; all of it: "1"]y',
        "x [headroom: 3 of 4 rows omitted]",
        markers.lossless_note(300, "rows", "a table"),
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert markers.parse(line) is None


def test_a_lossless_form_says_so() -> None:
    assert markers.lossless_note(3000, "rows", "a table") == "[headroom: 3,000 rows as a table, nothing left out]"


@pytest.mark.parametrize(
    ("original", "key"),
    [
        (PATH, "0123456789ab"),
        ("0123456789ab.txt", "0123456789ab"),
        ("headroom retrieve 0123456789ab", "0123456789ab"),
        ("headroom retrieve 0123456789ab --limit 100", "0123456789ab"),
        ("headroom retrieve 0123456789abcd", ""),
        ("/x/0123456789ab.txt.gz", ""),
        ("/x/0123456789AB.txt", ""),
        ("/x/00123456789ab.txt", ""),
        ("", ""),
    ],
)
def test_the_key_is_in_the_way_back(original: str, key: str) -> None:
    assert Omission(1, 2, "rows", "", original).key == key


def test_omissions_are_found_wherever_they_stand() -> None:
    first = markers.omission(1, 2, "rows", "a [b]", PATH)
    second = markers.omission(3, 4, "lines", "", "/x y/[z]/ffffffffffff.txt")
    text = f"   12\t{first} and [1], {second} (see [2])\n\n{first}"
    assert [found.key for found in markers.find(text)] == ["0123456789ab", "ffffffffffff", "0123456789ab"]


def test_looking_for_omissions_takes_linear_time() -> None:
    assert markers.find("[headroom: 1 of 2 rows omitted (" + "]" * 1_000_000) == []
    assert markers.find("[headroom: " * 100_000) == []


@pytest.mark.parametrize("folder", ["state", "a b", "ü [x] (y)", "tab\there", "q'u\"o\\te"])
def test_every_marker_redeems_to_exact_bytes(tmp_path: Path, folder: str) -> None:
    store = SqliteStore(tmp_path / folder)

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    @hypothesis_settings(max_examples=10, deadline=None)
    def redeems(text: str) -> None:
        line = markers.omission(1, 2, "rows", "a 1", store.path(store.put(text)))
        (found,) = markers.find(f"kept\n{line}\n")
        assert Path(found.original).read_bytes() == text.encode()
        with closing(SqliteStore(tmp_path / folder)) as other:
            assert other.get(found.key) == text

    redeems()
    store.close()


ODD_ROOT = '/home/u ü😀/it\'s "here"/originals'


@pytest.mark.parametrize(
    "tool_input",
    [
        json.dumps({"file_path": PATH}),
        json.dumps({"file_path": PATH}).replace("/", "\\/"),
        json.dumps({"command": f"cat '{PATH}' | head"}),
        json.dumps({"pattern": "x", "path": ROOT}),
        json.dumps({"command": f"cd {ROOT} && ls"}),
        json.dumps({"command": "cat originals/0123456789ab.txt"}),
        json.dumps({"command": "cat ~/.local/state/headroom/store/originals/0123456789ab.txt"}),
        json.dumps({"command": "headroom retrieve 0123456789ab timeout"}),
        json.dumps({"command": ["headroom", "retrieve", "0123456789ab"]}),
        f"const r = await tools.exec_command({{cmd: 'cat {PATH}'}})",
        '{"command": "cat ' + ROOT,
    ],
)
def test_asking_for_an_original_is_seen(tool_input: str) -> None:
    assert markers.is_retrieval(tool_input, ROOT)
    assert markers.is_retrieval(tool_input, ROOT + "/")


@pytest.mark.parametrize("ensure_ascii", [True, False])
@pytest.mark.parametrize("quote", [str, shlex.quote, lambda path: path.replace(" ", "\\ ").replace("'", "\\'")])
def test_a_folder_is_seen_however_it_is_quoted(quote: type[str], ensure_ascii: bool) -> None:
    command = {"command": f"ls {quote(ODD_ROOT)}"}
    assert markers.is_retrieval(json.dumps(command, ensure_ascii=ensure_ascii), ODD_ROOT)


@pytest.mark.parametrize(
    "tool_input",
    [
        "",
        "{}",
        json.dumps({"file_path": "/home/u/project/originals/readme.txt"}),
        json.dumps({"command": "headroom perf; git retrieve"}),
        json.dumps({"command": "cat 0123456789abc.txt 0123456789a.txt x0123456789ab.txt"}),
        json.dumps({"command": "ls /home/u/.local/state/headroom"}),
    ],
)
def test_other_calls_are_not_taken_for_it(tool_input: str) -> None:
    assert not markers.is_retrieval(tool_input, ROOT)
    assert not markers.is_retrieval(tool_input, "")
    assert not markers.is_retrieval(tool_input, "/")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ('{"file_path": "/x/originals/0123456789ab.txt", "offset": 9}', "0123456789ab"),
        ("git show aaaaaaaaaaaa; cat /o/0123456789ab.txt", "0123456789ab"),
        ("headroom retrieve 0123456789ab pump", "0123456789ab"),
        ('{"hash": "0123456789ab"}', "0123456789ab"),
        ("grep -r pump /x/originals", ""),
        ("cat 0123456789abc.txt", ""),
    ],
)
def test_a_call_names_the_original_that_it_asks_for(said: str, key: str) -> None:
    assert markers.asked_for(said) == key


def test_the_end_of_a_form_is_no_omission() -> None:
    assert markers.end_of_form() == "[headroom: end of the form above]"
    assert markers.find(markers.end_of_form()) == []
