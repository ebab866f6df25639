"""What shells and tools say of a missing command, in their words."""

import pytest

from headroom.learn.finders.messages import NOT_RUN, RAN, missing_commands, missing_subcommands


@pytest.mark.parametrize(
    "text",
    [
        "bash: line 1: rg: command not found",
        "/bin/sh: 1: rg: not found",
        "sh: rg: not found",
        "zsh:1: command not found: rg",
        "fish: Unknown command: rg",
        "fish: Unknown command 'rg'",
        "Command 'rg' not found, did you mean:",
        "'rg' is not recognized as an internal or external command,",
        "rg : The term 'rg' is not recognized as the name of a cmdlet",
        'exec: "rg": executable file not found in $PATH',
        "/usr/bin/env: ‘rg’: No such file or directory",
        "env: rg: No such file or directory",
        "timeout: failed to run command ‘rg’: No such file or directory",
        "error: Failed to spawn: `rg`\n  Caused by: No such file or directory (os error 2)",
        "Error: spawn rg ENOENT",
        "FileNotFoundError: [Errno 2] No such file or directory: 'rg'",
        "bash: Zeile 1: rg: Kommando nicht gefunden.",
        "bash: rg: Befehl nicht gefunden",
        'Der Befehl "rg" ist entweder falsch geschrieben oder konnte nicht gefunden werden.',
        "bash: ligne 1 : rg : commande introuvable",
        "bash: rg: orden no encontrada",
        "bash: rg: comando non trovato",
        "bash: rg: comando não encontrado",
        "bash: rg: コマンドが見つかりません",
        "bash: rg：未找到命令",
        "bash: rg: команда не найдена",
    ],
)
def test_the_missing_command_is_named(text: str) -> None:
    assert "rg" in list(missing_commands(text))


@pytest.mark.parametrize("text", ["", "rg: warning: nothing found", "404 not found", "a command, not found often"])
def test_nothing_is_missing(text: str) -> None:
    assert list(missing_commands(text)) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('npm ERR! Missing script: "lint"', "lint"),
        ('npm error Missing script: "test:unit"', "test:unit"),
        ("error: no such command: `nextest`", "nextest"),
        ("git: 'stauts' is not a git command. See 'git --help'.", "stauts"),
        ("make: *** No rule to make target 'fmt'.  Stop.", "fmt"),
        ('error: unknown command "pod" for "kubectl"', "pod"),
        ("error: unrecognized subcommand 'chek'", "chek"),
        ('error Command "jest" not found.', "jest"),
        ("error: Justfile does not contain recipe `fmt`.", "fmt"),
    ],
)
def test_the_missing_subcommand_is_named(text: str, name: str) -> None:
    assert name in list(missing_subcommands(text))


@pytest.mark.parametrize(
    ("text", "ran", "hindered"),
    [
        ("12 passed in 0.3s", True, False),
        ("1 failed, 3 passed", True, False),
        ("test result: ok. 4 passed; 0 failed", True, False),
        ("ok  \tshop/api\t0.1s", True, False),
        ("Ran 3 tests in 0.1s", True, False),
        ("Tests:       4 passed, 4 total", True, False),
        ("collected 0 items", False, True),
        ("ERROR: file or directory not found: tests", False, True),
        ("error: could not find `Cargo.toml` in `/p`", False, True),
        ("ModuleNotFoundError: No module named 'shop'", False, True),
        ("usage: pytest [options]\npytest: error: unrecognized arguments: --foo", False, True),
    ],
)
def test_whether_tests_ran(text: str, ran: bool, hindered: bool) -> None:
    assert (bool(RAN.search(text)), bool(NOT_RUN.search(text))) == (ran, hindered)
