import pytest

from headroom.compressors import git_commits
from headroom.types import PassThrough

FULL = "\n\n".join(
    f"commit {at:040x}{' (tag: v1)' if at == 1 else ''}\n"
    + ("Merge: 1 2\n" if at == 2 else "")
    + "Author: Ann Lee <ann@example.com>\n"
    f"Date:   Mon Jan {at} 12:00:00 2026 +0100\n\n    Subject {at}\n    \n    Body\n\n"
    " src/a.py | 3 ++-\n 1 file changed"
    for at in range(1, 5)
)


def test_a_full_log() -> None:
    commits = git_commits.read(FULL)
    assert [commit.subject for commit in commits] == ["Subject 1", "Subject 2", "Subject 3", "Subject 4"]
    assert commits[0].refs == " (tag: v1)"
    assert [commit.is_merge for commit in commits] == [False, True, False, False]
    assert commits[3].files == [" src/a.py | 3 ++-", " 1 file changed"]
    assert commits[3].lines == 2 + 3 + 2
    assert git_commits.rendered(commits) == FULL


def test_one_line_a_commit() -> None:
    commits = git_commits.read_oneline(
        "*   1b2c3d4 (HEAD -> main) Merge branch x\n|\\  \n| * 2c3d4e5 Fix (a) b\n|/  \n* 3d4e5f6 Add c\n"
    )
    assert [(commit.hash, commit.refs, commit.subject) for commit in commits] == [
        ("1b2c3d4", "(HEAD -> main)", "Merge branch x"),
        ("2c3d4e5", "", "Fix (a) b"),
        ("3d4e5f6", "", "Add c"),
    ]
    assert commits[0].is_merge


@pytest.mark.parametrize(
    "text", ["", "prose\n" * 9, FULL.replace("\n src", "\ndiff --git a/src"), "commit x\n" * 5]
)
def test_other_texts_are_not_full_logs(text: str) -> None:
    with pytest.raises(PassThrough):
        git_commits.read(text)


@pytest.mark.parametrize("text", ["", "prose\n" * 9, "1234567 x\n" * 9, "1b2c3d4 x\nprose here\n1b2c3d4 y\n"])
def test_other_texts_are_not_short_logs(text: str) -> None:
    with pytest.raises(PassThrough):
        git_commits.read_oneline(text)
