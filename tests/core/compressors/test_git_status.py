import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers, tokens
from headroom.compressors import git_status
from headroom.types import Context, PassThrough
from tests.core.compressors.decode_git import status

PATH = "/srv/state/originals/0123456789ab.txt"
PATHS = st.sampled_from(
    [
        "src/a.py",
        "src/b c.py",
        "x",
        "src/api/d.ts",
        '"src/\\303\\274.py"',
        "a.py -> b.py",
        "src/new/",
        "a: b/c",
        "..",
    ]
)
STATES = st.sampled_from(
    ["\tmodified:   ", "\tnew file:   ", "\tdeleted by us:   ", "\t", " M ", "?? ", "UU ", "R  ", "M\t"]
)
OTHERS = st.sampled_from(
    ["On branch main", "", "Untracked files:", '  (use "git add <file>..." to include)', "no changes added", "=x"]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(STATES, PATHS).map("".join) | OTHERS, min_size=5, max_size=40), st.booleans())
def test_every_status_is_restored(lines: list[str], ends: bool) -> None:
    text = "\n".join(lines) + "\n" * ends
    with contextlib.suppress(PassThrough):
        assert status(git_status.compress(text, Context()).text) == text


def porcelain(count: int) -> str:
    return "".join(f" M src/area{at % 9}/service_{at}.py\n" for at in sorted(range(count), key=lambda at: at % 9))


def long(count: int) -> str:
    changed = "".join(
        f"\tmodified:   src/area{at % 9}/service_{at}.py\n" for at in sorted(range(count), key=lambda at: at % 9)
    )
    return (
        f'On branch main\nChanges not staged for commit:\n  (use "git add <file>..." to update)\n{changed}\n'
        "no changes added to commit\n"
    )


@pytest.mark.parametrize("text", [porcelain(200), long(200)], ids=["short", "long"])
def test_it_knows_its_own_and_says_each_state_and_folder_once(text: str) -> None:
    assert git_status.looks_like(text)
    done = git_status.compress(text, Context())
    assert status(done.text) == text
    assert done.text.count("src/area3/") == 1
    assert tokens.count(done.text) < 0.6 * tokens.count(text)


def test_what_is_left_out_is_counted_by_folder_and_state() -> None:
    text = long(900).replace("\tmodified:   src/area4/service_4.py", "\tboth modified:   src/area4/service_4.py")
    done = git_status.compress(text, Context("what about service_77?", budget_tokens=500, original=PATH))
    omission = markers.parse(done.text.split("\n")[0])
    assert omission
    assert (omission.omitted, omission.total) == (done.omitted["paths"], 900)
    assert "\tboth modified:   src/area4/: service_4.py" in done.text
    assert "service_77.py" in done.text
    assert "\tmodified:   src/area3/ 100 paths" in done.text
    assert "no changes added to commit" in done.text
    assert tokens.count(done.text) < 560


def test_other_texts_are_left_alone() -> None:
    others = [
        "diff --git a/x b/x\n M src/a\n" * 9,
        "prose\n" * 9,
        " - a\n - b\n" * 9,
        "",
        "M  = 3\n" * 2,
        "A list:\n" * 9,
    ]
    assert not [text for text in others if git_status.looks_like(text)]
    with pytest.raises(PassThrough):
        git_status.compress("prose\n" * 20, Context())


@pytest.mark.parametrize("text", ["\t" * 1_000_000, " M " * 500_000, "\tab: " * 200_000, "?? a/\n" * 100_000])
def test_hostile_texts_take_linear_time(text: str) -> None:
    git_status.looks_like(text)
    for budget in (None, 500):
        with contextlib.suppress(PassThrough):
            git_status.compress(text, Context(budget_tokens=budget))


def test_the_fixtures_are_restored() -> None:
    folder = Path(__file__).parents[2] / "fixtures" / "git_status"
    restored = 0
    for file in folder.glob("*.in"):
        text, context = file.read_bytes().decode(), json.loads(file.with_suffix(".json").read_text())
        with contextlib.suppress(PassThrough):
            done = git_status.compress(text, Context(tool=context["tool"], tool_input=context["tool_input"]))
            assert status(done.text) == text
            restored += 1
    assert restored >= 5
