from headroom.compressors import diff_lines

CC = [
    "diff --cc a.py",
    "index 1,2..3",
    "--- a/a.py",
    "+++ b/a.py",
    "@@@ -1,3 -1,3 +1,3 @@@",
    "  one",
    "- two",
    " -zwei",
    "++deux",
    "  three",
    "after",
]


def test_reads_a_combined_diff() -> None:
    (file,) = diff_lines.read(CC)
    assert file.path == "a.py"
    assert file.hunks[0].width == 2
    assert file.hunks[0].is_whole
    assert file.end == len(CC) - 1


def test_a_hunk_ends_where_its_header_says() -> None:
    lines = ["--- a", "+++ b", "@@ -1 +1 @@", "-a", "+b", "-- ", "2.39.5"]
    (file,) = diff_lines.read(lines)
    assert file.end == 5
    assert file.hunks[0].is_whole
    (cut,) = diff_lines.read(["--- a", "+++ b", "@@ -1,3 +1,3 @@", "-a"])
    assert not cut.hunks[0].is_whole


def test_knows_binary_deleted_and_moved_files() -> None:
    lines = [
        "diff --git a/p b/p",
        "index 1..2",
        "GIT binary patch",
        "literal 3",
        "zabc",
        "",
        "literal 2",
        "zab",
        "",
        "x",
    ]
    (file,) = diff_lines.read(lines)
    assert (file.is_binary, file.body, file.end) == (True, 3, 9)
    (file,) = diff_lines.read(["diff --git a/p b/q", "similarity index 90%", "rename from p", "rename to q"])
    assert file.path == "q"
    (file,) = diff_lines.read(["diff --git a/p b/p", "deleted file mode 100644", "--- a/p", "+++ /dev/null"])
    assert (file.is_deleted, file.path) == (True, "p")


def test_a_heading_of_dashes_is_no_file() -> None:
    assert diff_lines.read(["--- a", "+++ b", "text"]) == []


def test_paths_and_headers() -> None:
    assert diff_lines.git_path("diff --git a/x b/y b/x b/y") == "x b/y"
    assert diff_lines.git_path("diff --git a/x b/y") == ""
    assert diff_lines.hunk_header((1, 1), (1, 2), " f") == "@@ -1 +1,2 @@ f"
    assert diff_lines.sides("- ") == [1, 0, 0]
    assert diff_lines.sides(" +") == [1, 0, 1]
