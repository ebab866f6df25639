import contextlib
import json
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers, tokens
from headroom.compressors import folders, search, search_lines, search_selection
from headroom.types import Compressed, Context, PassThrough
from tests.core.compressors.search_texts import searches

PATH = "/srv/state/originals/0123456789ab.txt"
NAMED = re.compile(r'("(?:[^"\\]|\\.)*"|[^\s":]+):(\d+)(?: |$)')
COUNTED = re.compile(r"(.*?): ([\d,]+) hits in ([\d,]+) files \(.*\)")


def lossy(text: str, budget: int, query: str = "", pattern: str = "") -> Compressed:
    context = Context(query, "Grep", json.dumps({"pattern": pattern}), budget, PATH)
    return search_selection.select(search_lines.read(text), context, budget)


def check(text: str, done: Compressed) -> None:
    """Check that what is shown is true, and that all that is not is counted: nothing reads as absent."""
    source = search_lines.read(text).lines
    hits = Counter(line.path for line in source if line.is_hit)
    marker, *lines = done.text.split("\n")
    omission = markers.parse(marker)
    assert omission
    assert omission.total == sum(1 for line in source if line.rest not in ("", "--"))
    assert omission.omitted == sum(count for name, count in done.omitted.items() if name != "cut lines")
    rest = lines[lines.index(search_selection._NOT_SHOWN) + 1 :] if search_selection._NOT_SHOWN in lines else []
    shown = lines[: len(lines) - len(rest) - bool(rest)]
    true_rows = Counter(
        (line.path, line.number + ("\t" if line.is_hit else "-") + line.text)
        for line in source
        if line.path and line.rest
    )
    others = {line.rest for line in source if not line.path}
    path, seen = "", Counter[str]()
    hidden = Counter(line.text.strip() for line in source if line.is_hit)
    for line in shown:
        if "\t" in line and (line.partition("\t")[0].isdecimal() or line.startswith("\t")):
            hidden[line.partition("\t")[2].strip()] -= 1
    for line in shown:
        if repeated := re.fullmatch(r"\[([\d,]+) hits not shown read: (.*)\]", line):
            assert hidden[repeated[2]] == int(repeated[1].replace(",", ""))
            continue
        head = re.fullmatch(r"(.*) \[(\d+) of (\d+) hits\]", line)
        if head and head[1] in hits:
            path = head[1]
            assert int(head[3]) == hits[path]
        elif line in hits:
            path = line
        elif (path, line) in true_rows:
            seen[path] += "\t" in line
        else:
            assert line in others or "chars..." in line, line
    named = 0
    for line in rest:
        counted = COUNTED.fullmatch(line)
        if counted:
            named += int(counted[2].replace(",", ""))
            continue
        folder, _, names = line.partition(": ")
        for name, count in NAMED.findall(names):
            whole = folder + (json.loads(name) if name.startswith('"') else name)
            assert hits[whole] == int(count)
            named += int(count)
    opened = {line for line in shown if line in hits} | {
        match[1]
        for line in shown
        if (match := re.fullmatch(r"(.*) \[\d+ of \d+ hits\]", line)) and match[1] in hits
    }
    assert named + sum(hits[path] for path in opened) == sum(hits.values())


@settings(max_examples=300, deadline=None)
@given(searches(), st.sampled_from([20, 150, 400]), st.sampled_from(["", "where is the user?"]))
def test_what_is_shown_is_true_and_what_is_not_is_counted(text: str, budget: int, query: str) -> None:
    with contextlib.suppress(PassThrough):
        done = lossy(text, budget, query)
        if not done.omitted.get("cut lines"):
            check(text, done)


def code_search(files: int, each: int) -> str:
    return "\n".join(
        f"src/area{file % 12}/part{file % 5}/module_{file}.py:{10 * at + 3}:"
        f"    total_{at} = compute_{file}(order, {at})"
        for file in range(files)
        for at in range(each)
    )


@pytest.mark.parametrize(
    ("files", "each", "budget"), [(100, 10, 1400), (1000, 3, 2000), (5, 400, 800), (4000, 1, 1500)]
)
def test_a_large_result_fits_its_budget_and_every_file_is_accounted_for(
    files: int, each: int, budget: int
) -> None:
    text = code_search(files, each)
    done = lossy(text, budget, "compute_37 total_2")
    check(text, done)
    assert 0.75 * budget < tokens.count(done.text) <= 1.1 * budget


def test_the_answer_to_the_query_is_kept_byte_for_byte() -> None:
    lines = code_search(200, 8).split("\n")
    lines[777] = "src/area5/billing/refund.py:88:\tREFUND_WINDOW_DAYS  = 45   # legal minimum"
    done = lossy("\n".join(lines), 1200, "how long is the refund window?")
    assert "88\t\tREFUND_WINDOW_DAYS  = 45   # legal minimum" in done.text.split("\n")
    assert "src/area5/billing/refund.py" in done.text


def test_a_very_long_line_is_cut_around_the_match() -> None:
    text = code_search(40, 10) + "\ndist/app.min.js:1:" + "a" * 9000 + "needle(x)" + "b" * 9000
    done = lossy(text, 1500, "needle", pattern="needle")
    line = next(line for line in done.text.split("\n") if "needle(x)" in line)
    assert line.startswith("1\t...8,840 chars...")
    assert len(line) < 600
    assert done.omitted["cut lines"] == 1


def test_messages_are_kept() -> None:
    text = code_search(60, 10) + "\ngrep: src/private: Permission denied\nBinary file logo.bin matches"
    assert "Permission denied" in lossy(text, 700).text
    assert "Binary file logo.bin matches" in lossy(text, 700).text


def test_a_small_result_has_no_lossy_form() -> None:
    with pytest.raises(PassThrough, match="nothing to leave out"):
        lossy(code_search(2, 3), 2000)


def test_context_lines_stand_around_what_comes_first() -> None:
    text = "\n--\n".join(
        f"src/f{at}.py-{at}-before {at}\nsrc/f{at}.py:{at + 1}:hit_{at}\nsrc/f{at}.py-{at + 2}-after {at}"
        for at in range(200)
    )
    done = search.compress(text, Context("hit_77", "", "", 900, PATH))
    check(text, done)
    assert "77-before 77\n78\thit_77\n79-after 77" in done.text


def test_the_folder_of_a_name_is_its_own() -> None:
    assert folders.folder_of("a/b.py") == "a/"


def test_hits_in_a_single_file_whose_name_is_not_printed() -> None:
    text = "".join(f"{3 * at + 1}:    total_{at} = compute(order, {at})\n" for at in range(400))
    assert not search.looks_like(text)
    with pytest.raises(PassThrough, match="one file"):
        search.compress(text, Context())
    done = search.compress(text, Context("total_233", "Bash", "", 600, PATH))
    check(text, done)
    assert "700\t    total_233 = compute(order, 233)" in done.text.split("\n")
    assert search_lines.ONE_FILE in done.text


def test_a_text_that_many_files_have_is_counted() -> None:
    text = "\n".join(f"charts/c{at}/values.yaml:7:  timeout: {9000 if at == 77 else 30}" for at in range(300))
    done = lossy(text, 900)
    check(text, done)
    assert "7\t  timeout: 9000" in done.text.split("\n")
    shown = done.text.count("\n7\t  timeout: 30")
    assert f"[{299 - shown} hits not shown read: timeout: 30]" in done.text.split("\n")
