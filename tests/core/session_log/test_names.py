"""What may stand in a log is kept as it is; what might be a secret or a text is not."""

import pytest

from headroom.session_log.names import digest, label, words


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Bash",
        "mcp__github__list_issues",
        "claude-opus-5-5-20260901",
        "claude-opus-5-5[1m]",
        "us.anthropic.claude-opus-4-5-20251101-v1:0",
        "anthropic/claude-opus-4.5",
        "claude-sonnet-4-5@20250929",
        "task-management-search-everything",
        "skill_create_from_template",
        "ghost_write_and_publish_everything",
        "mcp__6f9619ff-8b86-d011-b42d-00c04fc964ff__run",
    ],
)
def test_names_are_kept(name: str) -> None:
    assert label(name) == name


@pytest.mark.parametrize(
    "text",
    [
        "please delete the database",
        "line\nbreak",
        "sk-ant-api03-abcdefghijklmnop",
        "x-sk-ant-oat01-abcdefghijklmnop",
        "ghp_abcdefghijklmnop1234",
        "Bearer_abcdefghijklmnop",
        "AKIAIOSFODNN7EXAMPLE",
        "3f2a" * 10,
        "a" * 129,
        "\ud800",
        "\x1b[31mred",
    ],
)
def test_what_is_no_name_is_hidden(text: str) -> None:
    assert label(text) == "(hidden)"


def test_a_digest_is_hex() -> None:
    assert digest("0123456789ab") == "0123456789ab"
    assert digest("my password") == digest("A" * 12) == digest("a" * 65) == "(hidden)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "floor",
        "no compressor for it",
        "error: UnicodeDecodeError at json_rows.py:120",
        "left alone: the provider refused a changed request",
        "json_rows: not smaller; terminal: no escapes",
        "role 'assistant'",
        "provider answered 400 to a changed request",
        "longer than 500 ms (95% of 2.5 MB)",
        "headroom.compressors.logs fail-open",
    ],
)
def test_our_own_words_are_kept(text: str) -> None:
    assert words(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no field hunter2 in row", "no field … in row"),
        ("bad token sk-ant-api03-abcdefghijklmnop, sorry", "bad token … sorry"),
        ("cannot open /home/ada/.ssh/id_rsa", "cannot open …"),
        ("connect to https://ada:secret@host:99/x", "connect to …"),
        ("key=value", "…"),
        ("two\nlines", "two lines"),
        ("\udcff", "…"),
        ("word " * 100, " ".join(["word"] * 40)),
    ],
)
def test_values_in_them_are_not(text: str, kept: str) -> None:
    assert words(text) == kept
