"""Secrets in what is printed."""

import pytest

from headroom_cli.hidden import without_secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "HEADROOM_UPSTREAM_OPENAI: 'htp://bob:pw@h' is no URL",
            "HEADROOM_UPSTREAM_OPENAI: 'htp://…@h' is no URL",
        ),
        ("https://h/v1?key=abc and more", "https://h/v1?… and more"),
        ("http://127.0.0.1:1/s/0123456789abcdef0123456789abcdef/x", "http://127.0.0.1:1/s/…/x"),
        ("it is sk-ant-api03-0123456789abcdef", "it is …"),
    ],
)
def test_what_is_secret_is_not_shown(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "/home/ann/état 中/headroom: writable, and private",
        "https://github.com/anthropics/claude-code/releases/tag/v2.1.237",
        "is all well? --cache",
        "HEADROOM_X: upstream.openai must be a text",
        "task-force sk8 risk-free",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text
