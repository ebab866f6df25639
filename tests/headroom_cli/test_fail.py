"""How a command ends when it was called wrongly."""

import pytest
import typer

from headroom_cli.fail import fail


def test_one_line_to_stderr_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught:
        fail("what, where, what to do")
    assert caught.value.exit_code == 2
    assert capsys.readouterr() == ("", "headroom: what, where, what to do\n")


def test_nothing_in_it_acts_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        fail("no file '\x1b[2Jx\r'\n  and its log")
    assert capsys.readouterr().err == "headroom: no file '?[2Jx?'\n  and its log\n"


def test_no_secret_is_in_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        fail("upstream.openai: 'htp://bob:hunter2@h' is no URL")
    assert "hunter2" not in capsys.readouterr().err
