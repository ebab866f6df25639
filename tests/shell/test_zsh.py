"""zsh: the prompt, aliases, completions."""

import pytest

from tests.shell.scripts import URL, Desk

COMPLETE = """
_describe() {{ local -a all=("${{(@P)2}}"); print -l -- "${{all[@]%%:*}}"; }}
_files() {{ print files; }}
words=({words}); CURRENT=$#words; _headroom
"""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("headroom ''", ["wrap", "perf", "service"]),
        ("headroom wrap ''", ["claude", "codex"]),
        ("headroom wrap -", ["--level", "--quiet", "-q"]),
        ("headroom wrap --level ''", ["lossless", "balanced"]),
        ("headroom wrap --level balanced ''", ["claude", "codex"]),
        ("headroom wrap claude -", ["files"]),
        ("headroom perf --session ''", ["files"]),
        ("headroom perf x -", ["--session", "--json"]),
        ("headroom service ''", ["logs", "stop"]),
        ("headroom service logs -", ["--follow", "-f"]),
    ],
)
def test_completions(desk: Desk, words: str, offered: list[str]) -> None:
    assert desk.run("zsh", COMPLETE.format(words=words)) == offered


def test_it_takes_part_in_the_completion_system_where_that_is_on(desk: Desk) -> None:
    assert desk.run("zsh", "echo ${+_comps}") == ["0"]
    line = f"autoload -Uz compinit; compinit -D -u; . '{desk.script('zsh')}'; echo $_comps[headroom]"
    assert desk.run("zsh", line) == ["_headroom"]


def test_aliases_are_for_what_is_installed(desk: Desk) -> None:
    assert "claude='headroom wrap -- claude'" in desk.run("zsh", "alias")
    assert not [line for line in desk.run("zsh", "alias") if "none-such" in line]


def test_an_interactive_shell_sees_the_service_at_each_prompt(desk: Desk) -> None:
    desk.announce()
    assert desk.run("zsh", "echo $precmd_functions $ANTHROPIC_BASE_URL") == [f"__headroom_refresh {URL}"]


@pytest.mark.parametrize("options", ["setopt ksh_arrays", "emulate sh", "emulate ksh", "setopt no_unset err_exit"])
def test_options_of_the_users_keep_no_prompt_from_it(desk: Desk, options: str) -> None:
    desk.announce()
    twice = f". '{desk.script('zsh')}'; . '{desk.script('zsh')}'"
    code = f'unset precmd_functions; {options}; {twice}; echo "${{precmd_functions[@]}} $ANTHROPIC_BASE_URL"'
    assert desk.run("zsh", code) == [f"__headroom_refresh {URL}"]
