from headroom.compressors import diff_lines, diff_trim

LINES = [
    "--- a",
    "+++ b",
    "@@ -5,11 +5,12 @@ f",
    " 5",
    " 6",
    " 7",
    "-8",
    "+8b",
    " 9",
    " 10",
    " 11",
    " 12",
    " 13",
    "+13b",
    " 14",
    " 15",
]


def trim(context: int, asked: frozenset[int] = frozenset()) -> list[str]:
    (file,) = diff_lines.read(LINES)
    return diff_trim.trim(LINES, file.hunks[0], context, asked).lines


def test_line_numbers_stay_right() -> None:
    assert trim(1) == ["@@ -7,3 +7,3 @@ f", " 7", "-8", "+8b", " 9", "@@ -13,2 +13,3 @@", " 13", "+13b", " 14"]


def test_all_context_is_all() -> None:
    assert trim(diff_trim.ALL) == LINES[2:]
    assert trim(9) == LINES[2:]


def test_a_line_that_is_asked_for_stays() -> None:
    assert " 5" in trim(0, frozenset([3]))


def test_counts_what_is_left_out() -> None:
    (file,) = diff_lines.read(LINES)
    assert diff_trim.trim(LINES, file.hunks[0], 1).omitted == 6


def test_a_combined_hunk() -> None:
    lines = ["diff --cc a", "@@@ -1,6 -1,5 +1,6 @@@", "  1", "  2", "  3", " ++4", "- 5", "  6", "  7"]
    lines[5] = "++4"
    (file,) = diff_lines.read(lines)
    assert file.hunks[0].is_whole
    assert diff_trim.trim(lines, file.hunks[0], 1).lines == ["@@@ -3,3 -3,2 +3,3 @@@", "  3", "++4", "- 5", "  6"]
