import pytest

from headroom.compressors import diff_lines, diff_short
from headroom.types import PassThrough


def shorten(text: str) -> list[str]:
    lines = text.split("\n")
    return diff_short.shorten(lines, diff_lines.read(lines))


def test_what_follows_is_not_written_again() -> None:
    head = "diff --git a/x.py b/x.py\nindex 83db48f..bf2a1c0 100644\n--- a/x.py\n+++ b/x.py\n"
    assert shorten(f"{head}@@ -2,2 +2,3 @@ def f\n a\n+b\n c\n@@ -9 +10 @@\n-a\n+b") == [
        "diff x.py 83db48f..bf2a1c0 100644",
        *("@@ +2 @@ def f", " a", "+b", " c"),
        *("@@ +10 @@", "-a", "+b"),
    ]


def test_what_does_not_follow_stays() -> None:
    kept = "--- a/x\n+++ b/y\n@@ -1 +5 @@\n-a\n+b\n@@ -9,9 +12 @@\n-a"
    assert "\n".join(shorten(kept)) == kept


def test_refuses_what_reads_like_its_own_form() -> None:
    with pytest.raises(PassThrough):
        shorten("@@ +3 @@\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b")
