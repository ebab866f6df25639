"""What a lookup asked for, by its words and by what came back."""

import json

import pytest

from headroom.toin import asked, structures

ROWS = [
    {
        "id": n,
        "state": "failed" if n == 40 else "ok",
        "trace_id": f"t{n:04d}x",
        "ms": 9000 if n == 60 else 5 + n % 3,
    }
    for n in range(100)
]
TEXT = json.dumps(ROWS)
LOG = "\n".join(["ERROR: pump 7 lost", *(f"pump {n} of zone {n % 3} runs" for n in range(1000, 1400))])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('{"query": "Trace_ID of 17", "hash": "0123456789ab"}', {"trace_id", "trace", "id", "17"}),
        ('{"command": "grep -n pump /s/originals/0123456789ab.txt | head -5"}', {"n", "pump", "5"}),
        ("jq '.[].trace_id' '/a b/originals/0123456789ab.txt'", {"trace_id", "trace", "id", "a"}),
        ("[" * 5000, set()),
        ("", set()),
    ],
)
def test_words_are_what_is_looked_for(said: str, words: set[str]) -> None:
    assert asked.wanted(said) == words


@pytest.mark.parametrize(
    ("said", "in_file", "in_hash"),
    [
        ('{"file_path": "/x/originals/0123456789ab.txt", "offset": 9}', "0123456789ab", "0123456789ab"),
        ("cat 0123456789ab.txt", "0123456789ab", "0123456789ab"),
        ("git show aaaaaaaaaaaa; cat /o/0123456789ab.txt", "0123456789ab", "aaaaaaaaaaaa"),
        ("headroom retrieve 0123456789ab pump", "", "0123456789ab"),
        ("headroom retrieve /o/0123456789ab.txt", "", "0123456789ab"),
        ('{"hash": "0123456789ab"}', "", "0123456789ab"),
        ("cat notes.txt", "", ""),
    ],
)
def test_originals_are_named_by_their_files_or_hashes(said: str, in_file: str, in_hash: str) -> None:
    assert (asked.file_in(said), asked.hash_in(said)) == (in_file, in_hash)


@pytest.mark.parametrize(
    ("said", "fields", "rows"),
    [
        ("trace_id", {"trace_id"}, {}),
        ("trace id of the order", {"trace_id"}, {}),
        ("trace", set(), {}),
        ("t0017x", {"trace_id"}, {"o:middle": 1}),
        ("failed", set(), {"k:error": 1}),
        ("9000", set(), {"o:outlier": 1}),
        ("ok", set(), {}),
        ("nothing like it", set(), {}),
        ("", set(), {}),
    ],
)
def test_fields_and_rows_of_json(said: str, fields: set[str], rows: dict[str, int]) -> None:
    found = asked.read(TEXT, said, "", {"trace_id"}, {0, 1, 40, 98, 99}, structures.rows(TEXT))
    assert (found.fields, found.rows) == (fields, rows)


@pytest.mark.parametrize(
    ("said", "given", "rows"),
    [
        ("pump 1007", "", {"o:middle": 1}),
        ("lost", "", {"k:error": 1}),
        ("sed", "12:pump 1010 of zone 2 runs\n   13\tpump 1011 of zone 0 runs", {"o:middle": 2}),
        ("cat", LOG, {}),
        ("", "", {}),
    ],
)
def test_lines_of_other_texts(said: str, given: str, rows: dict[str, int]) -> None:
    found = asked.read(LOG, said, given, set(), {0}, [])
    wanted = {name: found.rows.get(name, 0) for name in rows} if "1007" in said else found.rows
    assert wanted.keys() == rows.keys()
    assert all(wanted[name] >= rows[name] for name in rows)
