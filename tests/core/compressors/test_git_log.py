import contextlib
import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers, tokens
from headroom.compressors import git_log
from headroom.types import Context, PassThrough
from tests.core.compressors.decode_git import log

PATH = "/srv/state/originals/0123456789ab.txt"
AUTHORS = st.sampled_from(["Ann Lee <ann@example.com>", "Bo <b@example.com>", "Carol Diaz <c@example.com>"])
ODD_AUTHORS = st.sampled_from([*[None] * 7, "X > y <x@example.com>", "nobody", ""])
DATES = st.sampled_from(
    [
        "Mon Jan 5 12:00:00 2026 +0100",
        "Tue Dec 30 09:01:00 2025 +0000",
        "2026-01-05 12:00:00 +0100",
        "3 days ago",
    ]
)
LINES = st.sampled_from(["Fix it", "", "  indented", "commit abc", "Author: x", "@1", "\tx", "é"])
FILES = st.sampled_from(
    [" src/a.py | 3 ++-", " 1 file changed, 2 insertions(+)", "M\tsrc/a.py", "src/a.py", "R100\ta\tb"]
)
ODD_FILES = st.sampled_from([*[None] * 7, "Note: x", "abcdef1 x", "\tx"])


def hashed(seed: object) -> str:
    return hashlib.sha1(repr(seed).encode(), usedforsecurity=False).hexdigest()


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", " (HEAD -> main)", " (tag: v1, x)"]),
            st.sampled_from(["", "Merge: 1b2c 3d4e\n"]),
            AUTHORS,
            DATES,
            st.lists(LINES, min_size=1, max_size=4),
            st.lists(FILES, max_size=3),
        ),
        min_size=3,
        max_size=12,
    ),
    ODD_AUTHORS,
    ODD_FILES,
    st.booleans(),
)
def test_every_log_is_restored(
    commits: list[tuple[str, str, str, str, list[str], list[str]]],
    writer: str | None,
    file: str | None,
    ends: bool,
) -> None:
    blocks = []
    for at, (refs, merge, usual, date, message, said) in enumerate(commits):
        author = usual if writer is None or at else writer
        files = said if file is None or at else [*said, file]
        head = (
            f"commit {hashed(at)}{refs}\n{merge}"
            + (f"Author: {author}\n" if author else "")
            + (f"Date:   {date}\n" if date else "")
        )
        blocks.append(
            head
            + "\n"
            + "\n".join("    " + line for line in message)
            + "".join("\n\n" * (not n) + "\n" * bool(n) + line for n, line in enumerate(files))
        )
    text = "\n\n".join(blocks) + "\n" * ends
    with contextlib.suppress(PassThrough):
        assert log(git_log.lossless(text).text) == text


def full(count: int) -> str:
    blocks = []
    for at in range(count):
        author = ("Ann Lee <ann.lee@example.com>", "Bo Chen <bo.chen@example.com>")[at % 3 == 0]
        blocks.append(
            f"commit {hashed(at)}\nAuthor: {author}\n"
            f"Date:   Mon Jan {at % 28 + 1} 12:{at % 60:02}:00 2026 +0100\n\n"
            f"    Change number {at} of the {('order', 'stock', 'mail')[at % 3]} service\n    \n"
            "    It was slow before, and it is less so now.\n"
        )
    return "\n".join(blocks)


def test_authors_are_named_once() -> None:
    text = full(100)
    assert git_log.looks_like(text)
    done = git_log.compress(text, Context())
    assert log(done.text) == text
    assert done.text.count("ann.lee@example.com") == 1
    assert tokens.count(done.text) < 0.75 * tokens.count(text)


def accounted(text: str) -> int:
    lines = text.split("\n")
    gaps = [re.fullmatch(r"\[\+([\d,]+) commits? [0-9a-f.]+\]", line) for line in lines]
    return sum(int(gap[1].replace(",", "")) for gap in gaps if gap)


@pytest.mark.parametrize(("count", "budget"), [(300, 1500), (2000, 3000), (60, 800)])
def test_every_commit_is_shown_or_counted_in_its_place(count: int, budget: int) -> None:
    text = full(count).replace("Change number 41 of", "Shorten the refund window of")
    done = git_log.compress(
        text, Context("when did the refund window change?", budget_tokens=budget, original=PATH)
    )
    shown = [at for at in range(count) if re.search(rf"^{hashed(at)[:10]} ", done.text, re.MULTILINE)]
    gone = accounted(done.text)
    assert len(shown) + gone == count == done.kept + done.omitted.get("commits", 0)
    omission = markers.parse(done.text.split("\n")[0])
    assert omission
    assert f"{gone:,} counted in place" in omission.detail
    assert "Shorten the refund window of" in done.text
    assert tokens.count(done.text) <= 1.15 * budget


def test_one_line_logs_keep_merges_tags_and_reverts() -> None:
    lines = [f"{hashed(at)[:7]} Change number {at}" for at in range(1000)]
    lines[300] = f"{hashed(300)[:7]} (tag: v2.0) Bump"
    lines[500] = f'{hashed(500)[:7]} Revert "Change number 3"'
    lines[700] = f"{hashed(700)[:7]} Merge branch 'x'"
    text = "\n".join(lines)
    assert git_log.looks_like(text)
    with pytest.raises(PassThrough):
        git_log.compress(text, Context())
    done = git_log.compress(text, Context(budget_tokens=1500, original=PATH))
    assert all(lines[at] in done.text for at in (0, 300, 500, 700, 999))
    assert accounted(done.text) == done.omitted["commits"]


def test_a_subject_with_words_of_its_own_is_shown_before_others() -> None:
    subjects = [
        f"{['Check', 'Sync', 'Load'][n % 3]} the {['cart', 'order', 'stock'][n // 3 % 3]}" for n in range(900)
    ]
    subjects[437] = "Rotate the leaked deploy key"
    lines = [f"{hashed(n)[:9]} {subject}" for n, subject in enumerate(subjects)]
    result = git_log.compress("\n".join(lines), Context(budget_tokens=900))
    assert "Rotate the leaked deploy key" in result.text


def test_other_texts_are_left_alone() -> None:
    patch = full(5) + "\ndiff --git a/x b/x\n--- a/x\n"
    others = [patch, "prose\n" * 20, "1234567 a number\n" * 20, "commit to it\n" * 20, "", "abcdefab: x\n" * 20]
    assert not [text for text in others if git_log.looks_like(text)]


@pytest.mark.parametrize(
    "text",
    ["commit " + "a" * 1_000_000, "* " * 500_000, "| | | abcdef1 x\n" * 50_000, "commit abcdef1\n\n" * 50_000],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    git_log.looks_like(text)
    for budget in (None, 500):
        with contextlib.suppress(PassThrough):
            git_log.compress(text, Context(budget_tokens=budget))


def test_the_fixtures_are_restored() -> None:
    folder = Path(__file__).parents[2] / "fixtures" / "git_log"
    restored = 0
    for file in folder.glob("*.in"):
        text, context = file.read_bytes().decode(), json.loads(file.with_suffix(".json").read_text())
        with contextlib.suppress(PassThrough):
            done = git_log.compress(text, Context(tool=context["tool"], tool_input=context["tool_input"]))
            assert log(done.text) == text
            restored += 1
    assert restored >= 5


def log_with_stat(commits: int, files: int) -> str:
    blocks = []
    for number in range(commits):
        stat = [f" src/area{at}/file_{number}_{at}.py | {at % 7 + 1} +" for at in range(files)]
        date = f"Date:   Mon Jan 5 12:00:{number:02} 2026 +0100"
        head = f"commit {number:040x}\nAuthor: Ann Lee <ann@example.com>\n{date}"
        total = f" {files} files changed, {files * 3} insertions(+)"
        blocks.append("\n".join([f"{head}\n\n    Change {number}\n", *stat, total]))
    return "\n\n".join(blocks) + "\n"


def test_a_budget_is_used_for_the_files_of_the_newest_commits_and_of_what_was_asked() -> None:
    text = log_with_stat(7, 14)
    done = git_log.compress(text, Context("what about file_5_11?", budget_tokens=870, original=PATH))
    assert 0.8 * 870 <= tokens.count(done.text) <= 870
    assert "file_0_13.py" in done.text
    assert "file_5_11.py" in done.text
    assert all(f"Change {number}" in done.text for number in range(7))


def test_files_of_a_commit_that_are_not_shown_are_counted() -> None:
    text = log_with_stat(4, 120)
    done = git_log.compress(text, Context("", budget_tokens=870, original=PATH))
    rows = [line for line in done.text.split("\n") if " | " in line]
    assert done.omitted["files of commits"] == 1
    assert "of 4 commits 0 whole, 1 but for files, 3 by subject" in done.text
    assert f"\t[+{120 - len(rows)} more]\n\t120 files changed, 360 insertions(+)" in done.text
    assert set(rows) <= {"\t" + line.strip() for line in text.split("\n")}


def test_a_graph_that_is_left_out_is_said_to_be() -> None:
    text = "".join(f"| * {number * 7919:07x}a Change {number}\n" for number in range(60))
    assert "graph left out" in git_log.compress(text, Context("", budget_tokens=200, original=PATH)).text
