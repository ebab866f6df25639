from headroom.compressors import diff_lines, diff_lossy

SAME = "-from shop.settings import everything, that_is, long_on\n+from shop.config import all_that_is, long_enough"


def write(text: str, thrift: diff_lossy.Thrift, query: str = "") -> diff_lossy.Form:
    lines = text.split("\n")
    return diff_lossy.write(diff_lossy.plan(lines, diff_lines.read(lines), query), thrift)


def patch(path: str, body: str, counts: str = "-1 +1") -> str:
    head = f"diff --git a/{path} b/{path}\nindex 83db48f..bf2a1c0 100644\n--- a/{path}\n+++ b/{path}\n"
    return f"{head}@@ {counts} @@\n{body}\n"


def test_the_same_change_elsewhere_is_named() -> None:
    form = write(patch("a.py", SAME) + patch("b.py", SAME).strip(), diff_lossy.GENEROUS)
    assert form.lines[-1] == "[the same changed lines as in a.py at line 1: b.py at line 1]"
    assert form.omitted == {"header": 6, "repeated": 3}


def test_a_deleted_file_is_counted_only_by_the_thriftiest() -> None:
    head = "diff --git a/a b/a\ndeleted file mode 100644\nindex 83db48f..0000000\n--- a/a\n+++ /dev/null\n"
    text = f"{head}@@ -1,2 +0,0 @@\n-a\n-b"
    assert "-b" in write(text, diff_lossy.THRIFTIER[1]).lines
    form = write(text, diff_lossy.THRIFTIER[-1])
    assert form.lines[-1] == "[the file is deleted: +0 -2 lines left out]"
    assert form.omitted == {"header": 3, "deleted": 3}


def test_failures_in_a_snapshot_stay() -> None:
    text = patch("t/__snapshots__/a.snap", "-ok\n+Error: the cart failed").strip()
    form = write(text, diff_lossy.GENEROUS)
    assert form.lines[1:] == [
        "[snapshot: +1 -1 lines left out; but one of its lines follows]",
        "+Error: the cart failed",
    ]


def test_a_file_that_the_query_names_stays() -> None:
    text = patch("yarn.lock", '-  version "1.0.0"\n+  version "1.1.0"').strip()
    assert write(text, diff_lossy.GENEROUS).omitted["lockfile"]
    assert not write(text, diff_lossy.GENEROUS, "why did yarn.lock change?").omitted["lockfile"]


def test_must_chars_are_those_of_changed_lines() -> None:
    lines = patch("a.py", "-a\n+bc").strip().split("\n")
    assert diff_lossy.must_chars(diff_lossy.plan(lines, diff_lines.read(lines), "")) == 5
