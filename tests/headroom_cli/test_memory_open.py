"""What stands in the way of the memory is said in one line."""

from pathlib import Path

import pytest

from tests.headroom_cli.test_memory import home, refused, run, said

__all__ = ["home"]


def test_a_folder_that_cannot_be_used_is_named(home: Path) -> None:
    home.mkdir()
    (home / "memory").write_text("in the way")
    assert str(home / "memory") in refused("add", "A fact.")


def test_a_damaged_database_is_told_of(home: Path) -> None:
    said("add", "A fact.")
    (home / "memory" / "memory.sqlite3").write_bytes(b"no database" * 1000)
    result = run("list")
    assert (result.exit_code, "no facts yet" in result.stdout) == (0, True)
    assert "moved aside" in result.stderr
    assert str(next((home / "memory").glob("damaged-*"))) in result.stderr


def test_a_wrong_setting_is_told_of(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_NO_SUCH_SETTING", "1")
    assert "HEADROOM_NO_SUCH_SETTING" in refused("add", "A fact.")
