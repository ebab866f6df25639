"""What `--help` prints of every command, on 80 columns: whole lines, and no types of Python's."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from headroom_cli.command_help import SHORT, Command
from headroom_cli.main import app

LISTED = re.compile(r"^Commands:\n((?:  .*\n)+)", re.MULTILINE)
PYTHONS = re.compile(r"<(?:int|str|path|float|list|file)|\[\[|\.\.\.\]\.\.\.|\.\.\.\}\.\.\.")


def commands(of: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command that a user sees, by its words."""
    for name, command in of.commands.items():
        if not command.hidden:
            yield above + name, command
            yield from commands(command, f"{above}{name} ") if hasattr(command, "commands") else ()


ALL = dict(commands(get_command(app)))


def told(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    return result.output


def test_every_command_has_its_line_and_every_line_its_command() -> None:
    assert set(SHORT) == set(ALL)
    assert {words for words, line in SHORT.items() if not 0 < len(line) <= 60} == set()


@pytest.mark.parametrize("words", ["", *(words for words, one in ALL.items() if hasattr(one, "commands"))])
def test_no_line_of_a_list_is_cut(words: str) -> None:
    found = LISTED.search(told(*words.split()))
    assert found
    lines = found[1].splitlines()
    assert not [line for line in lines if line.endswith("...")]
    shown = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in lines]
    above = f"{words} " if words else ""
    assert dict(shown) == {
        name.removeprefix(above): SHORT[name]
        for name in ALL
        if name.startswith(above) and " " not in name.removeprefix(above)
    }


@pytest.mark.parametrize("words", ALL)
def test_no_option_or_argument_shows_a_type_of_pythons(words: str) -> None:
    assert not PYTHONS.findall(told(*words.split()))


def test_an_argument_is_named_as_in_the_usage_and_a_hidden_option_not_at_all() -> None:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)

    @made.command(cls=Command)
    def one(
        file: str = typer.Argument(metavar="FILE", help="What to read."),
        number: int = typer.Option(3, metavar="N", help="How many."),
        secret: bool = typer.Option(False, "--secret", hidden=True),
    ) -> None:
        """Do it."""

    shown = CliRunner().invoke(made, ["--help"], env={"COLUMNS": "80"}).output
    assert re.search(r"^Arguments:\n  FILE  What to read\.  \[required\]$", shown, re.MULTILINE)
    assert re.search(r"^  --number N +How many\.  \[default: 3\]$", shown, re.MULTILINE)
    assert "secret" not in shown
