"""bash: the prompt, aliases, completions, and what shellcheck says."""

import pytest

from tests.shell.scripts import URL, Desk, shellcheck

COMPLETE = """
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); __headroom_complete
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def test_shellcheck_finds_nothing(desk: Desk) -> None:
    assert shellcheck(desk.script("bash")) == ""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("headroom ''", ["wrap", "perf", "service"]),
        ("headroom w", ["wrap"]),
        ("headroom wrap ''", ["claude", "codex"]),
        ("headroom wrap co", ["codex"]),
        ("headroom wrap --", ["--level", "--quiet"]),
        ("headroom wrap --level ''", ["lossless", "balanced"]),
        ("headroom wrap --level balanced cl", ["claude"]),
        ("headroom wrap claude -", [""]),  # the agent's own
        ("headroom perf --session ''", [""]),
        ("headroom perf x --j", ["--json"]),
        ("headroom service ''", ["logs", "stop"]),
        ("headroom service logs -", ["--follow", "-f"]),
        ("headroom service stop ''", [""]),
        ("headroom nonsense ''", [""]),
    ],
)
def test_completions(desk: Desk, words: str, offered: list[str]) -> None:
    assert desk.run("bash", COMPLETE.format(words=words)) == offered


def test_aliases_are_for_what_is_installed(desk: Desk) -> None:
    assert desk.run("bash", "alias") == ["alias claude='headroom wrap -- claude'"]


def test_an_interactive_shell_sees_the_service_at_each_prompt(desk: Desk) -> None:
    desk.announce()
    code = 'eval "$PROMPT_COMMAND"; echo "$PROMPT_COMMAND|$ANTHROPIC_BASE_URL"'
    assert desk.run("bash", code, PROMPT_COMMAND="echo theirs") == [
        "theirs",
        f"__headroom_refresh; echo theirs|{URL}",
    ]
