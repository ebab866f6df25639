import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers
from headroom.compressors import diff, diff_lines
from headroom.types import Context, PassThrough
from tests.core.compressors.decode_diff import decode

FIXTURES = Path(__file__).parents[2] / "fixtures" / "diff"
ORIGINAL = "/srv/state/originals/0123456789ab.txt"
CASES = [file for file in sorted(FIXTURES.glob("*.in")) if file.stem not in ("stat_only", "coloured")]
CONTENT = ("", "return total", "-- ", "++ x", "@@ +3 @@", "diff a b..c", "\\ no", "  deep", "x" * 200, "é\u2028")

names = st.sampled_from(["a.py", "src/b c.py", "deep/er/c.js", "x -1..2 100644"])
edits = st.lists(st.tuples(st.sampled_from(" +-"), st.sampled_from(CONTENT)), min_size=1, max_size=12).filter(
    lambda body: any(sign != " " for sign, _ in body)
)


def lossy(text: str, budget_tokens: int = 100, query: str = "") -> str:
    return diff.compress(text, Context(query, budget_tokens=budget_tokens, original=ORIGINAL)).text


def changed_lines(text: str) -> list[str]:
    lines = text.removesuffix("\n").split("\n")
    found = []
    for file in diff_lines.read(lines):
        for hunk in file.hunks:
            body = lines[hunk.at + 1 : hunk.end]
            found += [line for line in body if diff_lines.is_changed(line, hunk.width)]
    return found


@st.composite
def diffs(draw: st.DrawFn) -> str:
    out = []
    for _ in range(draw(st.integers(1, 3))):
        name = draw(names)
        tab = "\t" if " " in name else ""
        header = [
            f"diff --git a/{name} b/{name}",
            "index 83db48f..bf2a1c0 100644",
            f"--- a/{name}{tab}",
            f"+++ b/{name}{tab}",
        ]
        out += header[draw(st.integers(0, 1)) * 2 :]
        old, delta = 1, 0
        for _ in range(draw(st.integers(1, 3))):
            body = draw(edits)
            old += draw(st.integers(1, 30))
            signs = [sign for sign, _ in body]
            counts = (len(body) - signs.count("+"), len(body) - signs.count("-"))
            starts = (old - (not counts[0]), old + delta - (not counts[1]))
            heading = draw(st.sampled_from(["", " def f():"]))
            out.append(diff_lines.hunk_header(starts, counts, heading))
            out += [sign + text for sign, text in body]
            if not draw(st.integers(0, 6)):
                out.append("\\ No newline at end of file")
            old += counts[0]
            delta += counts[1] - counts[0]
        out += draw(st.sampled_from([[], ["-- ", "2.39.5"], ["", "commit 0123abc", "", "    words"]]))
    text = "\n".join(out) + draw(st.sampled_from(["", "\n"]))
    return text[: draw(st.integers(len(text) // 2, len(text)))] if draw(st.booleans()) else text


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_real_output_comes_back_from_the_lossless_form(file: Path) -> None:
    text = file.read_bytes().decode()
    with contextlib.suppress(PassThrough):
        assert decode(diff.compress(text, Context()).text) == text


@settings(max_examples=300, deadline=None)
@given(diffs())
def test_every_diff_comes_back_from_the_lossless_form(text: str) -> None:
    # Repeated so that the legend pays.
    text = "".join([text.removesuffix("\n") + "\n"] * 6)
    with contextlib.suppress(PassThrough):
        assert decode(diff.compress(text, Context()).text) == text


@settings(max_examples=300, deadline=None)
@given(diffs(), st.integers(1, 400), st.sampled_from(["", "return total", "why deep"]))
def test_what_is_missing_is_counted_and_every_changed_line_is_there(text: str, budget: int, query: str) -> None:
    try:
        form = diff.compress(text, Context(query, budget_tokens=budget, original=ORIGINAL))
    except PassThrough:
        return
    (said,) = markers.find(form.text)
    assert said.omitted == sum(form.omitted.values())
    assert said.total == len(text.removesuffix("\n").split("\n"))
    body = form.text.split("\n")[1:]
    left = list(body)
    for line in changed_lines(text):
        if line in left:
            left.remove(line)
        else:
            assert "repeated" in form.omitted or "deleted" in form.omitted
    assert form == diff.compress(text, Context(query, budget_tokens=budget, original=ORIGINAL))


@pytest.mark.parametrize(
    "name", ["git_diff", "git_show", "hg_diff", "svn_diff", "diff_ru", "git_log_p", "combined"]
)
def test_all_lines_written_by_hand_survive_once_at_least(name: str) -> None:
    text = (FIXTURES / f"{name}.in").read_text()
    form = lossy(text, 10_000)
    lines = set(form.split("\n"))
    gone = [line for line in changed_lines(text) if line not in lines]
    assert all("_DESC_" in line for line in gone)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_less_context_is_still_a_patch(tmp_path: Path) -> None:
    before = "".join(f"line {number}\n" for number in range(200))
    after = before.replace("line 20\n", "line twenty\n").replace("line 23\n", "").replace("line 29\n", "29\n29b\n")
    after = after.replace("line 0\n", "nought\n").replace("line 199\n", "last")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for folder in ("src", "src/very/deep"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "old name.txt").write_text(before)
        (tmp_path / folder / "b.txt").write_text(before)
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*git, "add", "."], cwd=tmp_path, check=True)
    subprocess.run([*git, "commit", "-qm", "one"], cwd=tmp_path, check=True)
    for folder in ("src", "src/very/deep"):
        (tmp_path / folder / "old name.txt").write_text(after + folder)
        (tmp_path / folder / "b.txt").write_text(after.replace("line 100", f"hundred {folder}"))
    (tmp_path / "src" / "old name.txt").rename(tmp_path / "src" / "new.txt")
    subprocess.run([*git, "add", "-A"], cwd=tmp_path, check=True)
    made = subprocess.run([*git, "diff", "--cached", "-M"], cwd=tmp_path, capture_output=True, check=True).stdout
    subprocess.run([*git, "reset", "-q", "--hard"], cwd=tmp_path, check=True)
    form = diff.compress(made.decode(), Context(budget_tokens=100))
    assert set(form.omitted) == {"context", "header"}
    checked = subprocess.run(["git", "apply", "-"], input=form.text.encode(), cwd=tmp_path, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert (tmp_path / "src" / "b.txt").read_text() == after.replace("line 100", "hundred src")
    assert (tmp_path / "src" / "new.txt").read_text() == after + "src"


def test_looks_like_only_diffs() -> None:
    for file in CASES:
        assert diff.looks_like(file.read_bytes().decode()), file.stem
    for text in (
        "",
        "--- a heading\n+++ more\nprose",
        "def f():\n    return 'diff --git a/x b/x'\n",
        "# Notes\n\n```diff\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n```\n",
        "commit 0123abc\nAuthor: a\n\n    words\n",
        " a.py | 3 ++-\n 1 file changed\n",
        "---\ntitle: x\n---\n",
    ):
        assert not diff.looks_like(text), text


def test_a_line_of_a_lockfile_that_is_asked_for_stays() -> None:
    text = (FIXTURES / "pull_request.in").read_text()
    asked = lossy(text, 2000, "which integrity has zod 3.22.4?")
    assert '+        "zod": "3.22.4"' in asked
    assert "zod 3.22.4 added" in asked
    whole = lossy(text, 2000, "what changed in package-lock.json?")
    assert "lockfile" not in whole.split("\n")[0]


def test_refuses_what_it_must_not_touch() -> None:
    patch = (FIXTURES / "git_diff.in").read_text()
    for text in (patch + "<system-reminder>x</system-reminder>", patch + "[headroom: x]", "words\n" * 50):
        with pytest.raises(PassThrough):
            diff.compress(text, Context())


@pytest.mark.parametrize("budget", [None, 500])
@pytest.mark.parametrize(
    "text",
    [
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-" + "x" * 5_000_000 + "\n+y\n",
        "@" * 1_000_000,
        "diff --git " + "a/" * 500_000,
        "--- a\n+++ b\n@@ -1,99999 +1,99999 @@\n" + "+x\n" * 100_000,
        "--- a\n+++ b\n" + "@@ -1 +1 @@\n-a\n+b\n" * 50_000,
        "diff --git a/x b/x\n" * 50_000,
        "--- a\n+++ b\n@@ -1 +1 @@\n-\0\ud800\r\n+\x07\r\n",
        "--- a\r\n+++ b\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n",
        "diff --git a/p b/p\nGIT binary patch\nliteral 5\n" + "zabc\n" * 100_000,
        '{"a":' * 100_000,
    ],
    ids=range(10),
)
def test_hostile_input_takes_linear_time(text: str, budget: int | None) -> None:
    diff.looks_like(text)
    with contextlib.suppress(PassThrough):
        diff.compress(text, Context("why x", budget_tokens=budget))
