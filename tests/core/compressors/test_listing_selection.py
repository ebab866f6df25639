import contextlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers, tokens
from headroom.compressors import listing_entries, listing_selection, long_listing, path_lists
from headroom.compressors.listing_entries import Entry, Listing
from headroom.types import Compressed, Context, PassThrough

PATH = "/srv/state/originals/0123456789ab.txt"
HEAD = re.compile(
    r"(\S*?/\**|\*\*)(?: (?:([\d,]+) (?:files?|leaf|leaves) \(([^)]*)\))?(?:, )?(?:([\d,]+) folders?)?)?"
    r"(?:, [\d,]+ shown)?(?::(?: (.*))?)?"
)
NAME = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"]+')


def lossy(listing: Listing, budget: int, query: str = "") -> Compressed:
    return listing_selection.select(listing, Context(query, budget_tokens=budget, original=PATH), budget)


def check(listing: Listing, done: Compressed) -> None:
    """Check that names shown are where they are, and that folders' counts add up to all there is."""
    marker, *lines = done.text.split("\n")
    omission = markers.parse(marker)
    assert omission
    has_all_others = "other lines" not in done.omitted
    assert omission.total == len(listing.entries) + (0 if has_all_others else len(listing.others))
    assert omission.unit == ("names" if has_all_others else "names and other lines")
    assert omission.omitted == sum(done.omitted.values())
    real = {entry.folder + entry.name for entry in listing.entries}
    told = shown = 0
    for line in lines:
        if line in listing.others:
            continue
        head = HEAD.fullmatch(line)
        assert head, line
        base = head[1].removesuffix("**")
        names = NAME.findall(head[5] or "")
        gone = 0
        if names and names[-1].startswith("+"):
            gone = int(names.pop()[1:].replace(",", ""))
        for name in names:
            assert base + (json.loads(name) if name.startswith('"') else name) in real, name
        shown += len(names)
        if head[2] or head[4]:
            files, folders = (int((number or "0").replace(",", "")) for number in head.group(2, 4))
            assert (
                sum(int(part.rpartition(" ")[2].replace(",", "")) for part in (head[3] or "x 0").split(", "))
                == files
            )
            assert not gone or gone == files + folders - len(names)
            told += files + folders
        else:
            told += len(names)
    assert told == len(listing.entries)
    assert shown == done.kept == len(listing.entries) - done.omitted["names"]


SEGMENTS = st.sampled_from(["src", "web", "a b", "x.py", "y.ts", ".env", "core", "z", "1.tar", "Makefile"])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(SEGMENTS, min_size=1, max_size=5), min_size=5, max_size=60, unique_by=tuple),
    st.sampled_from([60, 150, 400]),
    st.sampled_from(["", "where is core?"]),
)
def test_names_are_where_they_are_and_the_rest_is_counted(paths: list[list[str]], budget: int, query: str) -> None:
    files = [["src ".strip(), *path] for path in paths]
    text = "\n".join("./" + "/".join(path).replace("a b", "ab") for path in files)
    listing = listing_entries.of_paths(path_lists.read(text))
    with contextlib.suppress(PassThrough):
        check(listing, lossy(listing, budget, query))


def tree(count: int) -> Listing:
    lines = [f"./src/area{at % 40}/part{at % 7}/file_{at}.py" for at in range(count)]
    return listing_entries.of_paths(path_lists.read("\n".join(lines)))


@pytest.mark.parametrize(("count", "budget"), [(300, 800), (5000, 1500), (20_000, 3000)])
def test_a_large_listing_fits_its_budget(count: int, budget: int) -> None:
    listing = tree(count)
    done = lossy(listing, budget)
    check(listing, done)
    assert 0.75 * budget < tokens.count(done.text) <= 1.05 * budget


def test_what_stands_out_is_named() -> None:
    listing = tree(3000)
    odd = [
        Entry("./src/area3/part2/", "dump.sqlite", False, "", "", -1, "", ""),
        Entry("./src/area3/part2/", "deploy", False, "", "", -1, "", "executable"),
        Entry("./src/area9/part1/", "current -> v2", False, "", "", -1, "", "link"),
        Entry("./src/area9/part1/", "refund_window.py", False, "", "", -1, "", ""),
        Entry("./src/area9/part1/", "huge.py", False, "", "", 1e9, "", ""),
        Entry("./src/area9/part1/", "fresh.py", False, "", "", 3, "9999-12-30", ""),
    ]
    done = lossy(listing._replace(entries=[*listing.entries, *odd]), 1500, "how long is the refund window?")
    for name in ("dump.sqlite", "deploy", "current -> v2", "refund_window.py", "huge.py", "fresh.py"):
        assert name in done.text


def test_messages_stay() -> None:
    listing = tree(1000)._replace(others=["find: './private': Permission denied"])
    done = lossy(listing, 700)
    check(listing, done)
    assert "Permission denied" in done.text


def test_many_messages_are_counted() -> None:
    others = [f"find: './private{at}': Permission denied" for at in range(300)]
    done = lossy(tree(1000)._replace(others=others), 2500)
    assert done.omitted["other lines"] > 200
    assert "other lines left out" in done.text


def test_rows_are_shown_one_a_line() -> None:
    entries = [Entry("./a/", f"f{at}.py", False, f"{at} Jan  5 12:00 ", "", at, "", "") for at in range(500)]
    done = lossy(Listing(entries, [], "-rw-r--r-- 1 app:app"), 600)
    assert "rows: [mode links owner:group] size time name, -rw-r--r-- 1 app:app where not said" in done.text
    assert "499 Jan  5 12:00 f499.py" in done.text.split("\n")


def test_kinds() -> None:
    kinds = {
        "a.py": ".py",
        "Makefile": "no extension",
        ".env": "no extension",
        "a.TXT": ".txt",
        "l -> b.py": "no extension",
    }
    assert {name: listing_selection.kind(name) for name in kinds} == kinds


def test_what_find_lists_may_be_a_folder_and_is_not_called_a_file() -> None:
    names = "\n".join(f"./pack_{number}" for number in range(200))
    found = path_lists.read(names)
    assert "./ 200 leaves (no extension 200)" in lossy(listing_entries.of_paths(found), 100).text
    assert "./ 200 files (no extension 200)" in lossy(listing_entries.of_paths(found, "file"), 100).text


def test_rows_with_a_path_are_counted_in_their_folders() -> None:
    rows = [
        f"-rw-r--r-- 1 ann ann {900 + n} Nov 21 08:49 ./{'web' if n % 2 else 'src'}/part_{n}.so" for n in range(90)
    ]
    rows.append("lrwxrwxrwx 1 ann ann   9 Nov 21 08:49 ./src/now -> /opt/lib/part")
    done = lossy(listing_entries.of_rows(long_listing.read("\n".join(rows))), 200)
    assert "./src/ 46 files (.so 45, no extension 1)" in done.text
    assert "./web/ 45 files (.so 45)" in done.text
    assert "now -> /opt/lib/part" in done.text
