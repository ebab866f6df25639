"""Nothing is deleted before somebody said yes."""

import pytest
import typer

from headroom_cli import ask as asking


def asked(monkeypatch: pytest.MonkeyPatch, answer: bool, is_terminal: bool = True) -> list[str]:
    questions: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: is_terminal, raising=False)

    def confirm(question: str, **_: object) -> bool:
        questions.append(question)
        return answer

    monkeypatch.setattr(typer, "confirm", confirm)
    return questions


def test_yes_on_the_command_line_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, answer=False, is_terminal=False)
    asking.ask("delete all?", yes=True)
    assert questions == []


def test_the_answer_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, answer=True) == []
    asking.ask("delete all?", yes=False)
    questions = asked(monkeypatch, answer=False)
    with pytest.raises(typer.Exit) as ended:
        asking.ask("delete all?", yes=False)
    assert (ended.value.exit_code, questions) == (1, ["delete all?"])


def test_where_nobody_can_answer_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(monkeypatch, answer=True, is_terminal=False)
    with pytest.raises(typer.Exit) as ended:
        asking.ask("delete all?", yes=False)
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == "headroom: delete all: there is no terminal to ask at; say --yes\n"
