import contextlib
import json
from pathlib import Path

import pytest

from headroom import tokens
from headroom.compressors import listing
from headroom.types import Context, PassThrough
from tests.core.compressors.decode_listing import decode

FOUND = "".join(f"./src/area{at % 9}/file_{at}.py\n" for at in sorted(range(200), key=lambda at: at % 9))
LONG = "total 8\n" + "".join(f"-rw-r--r-- 1 app app 12 Jan  5 12:00 file_{at}.py\n" for at in range(20))
TREE = ".\n" + "".join(f"├── file_{at}.py\n" for at in range(20)) + "└── last.py\n"
BLOCKS = ".:\nsrc\n\n./src:\n" + "".join(f"file_{at}.py\n" for at in range(30))
LS_TOOL = "- /srv/shop/\n" + "".join(f"  - area{at}/\n    - index.ts\n" for at in range(20))


@pytest.mark.parametrize(
    "text", [FOUND, LONG, TREE, BLOCKS, LS_TOOL], ids=["find", "ls -l", "tree", "ls -R", "LS"]
)
def test_it_knows_its_own_and_restores_it(text: str) -> None:
    assert listing.looks_like(text)
    done = listing.compress(text, Context())
    assert decode(done.text) == text
    assert tokens.count(done.text) < tokens.count(text)


def test_other_texts_are_left_alone() -> None:
    others = [
        "".join(f"src/a{at}.py:{at}:x = 1\n" for at in range(30)),
        "Prose about one thing and/or another.\nIt goes on here.\n" * 10,
        "import a/b\nfrom c import d\n" * 9,
        "def f(x):\n    return x\n" * 20,
        "https://example.com/a/b\n" * 20,
        "".join("MIIB/" + "Ab3/" * 14 + "abc\n" for _ in range(20)),
        "key: value\nother: 1\n" * 10,
        "- a point\n- another point\n" * 10,
        "2024-01-15 10:00:01 INFO /api/users\n" * 20,
        '{"a/b": 1}\n' * 20,
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n" * 9,
        "| a | b |\n|---|---|\n" * 10,
        "",
    ]
    assert not [text for text in others if listing.looks_like(text)]


def test_bare_names_are_paths_only_where_something_listed_them() -> None:
    names = "".join(f"file_{at}.py\n" for at in range(60))
    with pytest.raises(PassThrough, match="not surely paths"):
        listing.compress(names, Context())
    done = listing.compress(names, Context(tool="Bash", tool_input='{"command": "ls src"}'))
    assert decode(done.text) == names


def test_notes_of_an_agents_tool_stay() -> None:
    text = (
        "".join(f"/srv/shop/src/area{at % 4}/file_{at}.ts\n" for at in range(100))
        + "(Results are truncated. Consider a more specific path.)"
    )
    done = listing.compress(text, Context(tool="Glob"))
    assert decode(done.text) == text
    lossy = listing.compress(text, Context(tool="Glob", budget_tokens=400))
    assert "(Results are truncated. Consider a more specific path.)" in lossy.text.split("\n")


def test_an_agents_own_notes_are_not_touched() -> None:
    with pytest.raises(PassThrough, match="verbatim"):
        listing.compress(FOUND + "<system-reminder>x</system-reminder>", Context())


@pytest.mark.parametrize(
    "text",
    [
        "a/" * 1_000_000,
        "│   " * 500_000,
        ("x/" * 60 + "y\n") * 5000,
        "-rw-r--r-- " * 200_000,
        "\0/\n" * 50_000,
        "[" * 100_000,
        "a:" * 500_000 + "\n" + "a\n" * 9,
        "  " * 1_000_000 + "- x",
        "d/\r\n" * 50_000,
        '"/' * 500_000,
        "/\n" * 100_000,
    ],
    ids=range(11),
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    listing.looks_like(text)
    for budget in (None, 500):
        with contextlib.suppress(PassThrough):
            listing.compress(text, Context(tool_input="ls", query="x", budget_tokens=budget))


def test_the_fixtures_are_restored() -> None:
    folder = Path(__file__).parents[2] / "fixtures" / "listing"
    restored = 0
    for file in folder.glob("*.in"):
        text, context = file.read_bytes().decode(), json.loads(file.with_suffix(".json").read_text())
        with contextlib.suppress(PassThrough):
            done = listing.compress(text, Context(tool=context["tool"], tool_input=context["tool_input"]))
            assert decode(done.text) == text
            restored += 1
    assert restored >= 15


ENVIRONMENT = "\n".join(f"SETTING_{number}_DIR=/srv/shop/part_{number}/etc" for number in range(60))


def test_the_environment_is_no_list_of_files() -> None:
    assert not listing.looks_like(ENVIRONMENT)
    for command in ("env", "env | grep SETTING", "ls; env"):
        for budget in (None, 200):
            with pytest.raises(PassThrough):
                listing.compress(ENVIRONMENT, Context(tool="Bash", tool_input=command, budget_tokens=budget))


def test_words_that_grep_found_are_files_only_where_it_was_told_to_name_files() -> None:
    words = "\n".join(f"word{number}" for number in range(300))
    with pytest.raises(PassThrough):
        listing.compress(words, Context(tool_input="grep word notes.txt", budget_tokens=200))
    for command in ("grep -rl word .", "rg -il word", "rg --files", "ls"):
        done = listing.compress(words, Context(tool_input=command, budget_tokens=200))
        assert ("300 leaves" if command == "ls" else "300 files") in done.text


@pytest.mark.parametrize("stray", ["-rw-r--r-- 1 shop shop 12 Nov 21 10:00 a.py", "src/a.py:1:import os"])
def test_lines_of_other_commands_are_no_names(stray: str) -> None:
    paths = "".join(f"src/shop/page_{n}.py\n" for n in range(40))
    context = Context(tool_input='{"command": "find src; ls -la; grep -rn x src"}', budget_tokens=100)
    for text in (f"{stray}\n{paths}", f"{paths}{stray}\n{paths}"):
        with pytest.raises(PassThrough):
            listing.compress(text, context)
