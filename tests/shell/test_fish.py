"""fish: quoting, the prompt, aliases, completions."""

import pytest

from headroom_shell.fish import quoted
from tests.shell.scripts import URL, Desk


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("headroom ", ["perf", "service", "wrap"]),
        ("headroom w", ["wrap"]),
        ("headroom wrap ", ["claude", "codex"]),
        ("headroom wrap --l", ["--level"]),
        ("headroom wrap --level ", ["balanced", "lossless"]),
        ("headroom wrap --level balanced ", ["claude", "codex"]),
        ("headroom perf x --j", ["--json"]),
        ("headroom service ", ["logs", "stop"]),
        ("headroom service logs --", ["--follow"]),
    ],
)
def test_completions(desk: Desk, typed: str, offered: list[str]) -> None:
    lines = desk.run("fish", f"cd (mktemp -d); complete -C {quoted(typed)}")
    assert sorted(line.partition("\t")[0] for line in lines) == offered


def test_a_command_is_described(desk: Desk) -> None:
    assert desk.run("fish", "complete -C 'headroom wra'") == ["wrap\tRun an agent"]


@pytest.mark.parametrize("text", ["", "a b", "it's", "back\\slash", "\\'", "$HOME", "é 中", '"', "*", "~"])
def test_quoted_words_are_themselves(desk: Desk, text: str) -> None:
    assert desk.run("fish", f"printf '%s\\n' {quoted(text)}") == [text]


def test_aliases_are_for_what_is_installed(desk: Desk) -> None:
    assert desk.run("fish", "claude x; functions -q none-such; or echo none") == [
        "headroom(wrap -- claude x)  ",
        "none",
    ]


def test_an_interactive_shell_sees_the_service_at_each_prompt(desk: Desk) -> None:
    desk.announce()
    code = "set -e ANTHROPIC_BASE_URL _headroom_url; emit fish_prompt; echo $ANTHROPIC_BASE_URL"
    assert desk.run("fish", code) == [URL]
