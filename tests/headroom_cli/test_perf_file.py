"""Writing the page: whole, private, and over nothing of others."""

import os
import stat
import sys
from pathlib import Path

import pytest
import typer

from headroom_cli.perf_file import write
from headroom_cli.perf_html import OURS

PAGE = f"<!doctype html>{OURS} ≈ page\n"


def refused(path: Path, capsys: pytest.CaptureFixture[str], *, force: bool = False) -> str:
    with pytest.raises(typer.Exit) as raised:
        write(path, PAGE, force=force)
    assert raised.value.exit_code == 2
    return capsys.readouterr().err


def test_a_page_of_ours_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "a page.html"
    for text in (PAGE, PAGE + "more"):
        write(file, text, force=False)
        assert file.read_bytes() == text.encode()
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_it_is_for_its_owner_alone_whatever_was_there(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    file.chmod(0o666)
    write(file, PAGE, force=False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_of_others_stays_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "thesis.html"
    for content in ("", "mine", "x" * 5000 + OURS):
        file.write_text(content)
        assert "did not write; name another, or add --force" in refused(file, capsys)
        assert file.read_text() == content
    write(file, PAGE, force=True)
    assert file.read_text(encoding="utf-8") == PAGE


def test_what_is_no_file_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "target"
    target.write_text(PAGE)
    link = tmp_path / "link.html"
    try:
        link.symlink_to(target)
    except OSError:
        link.mkdir()
    for path in (tmp_path, link):
        assert "is no file" in refused(path, capsys, force=True)
    assert target.read_text() == PAGE


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "none" / "page.html"
    assert str(path) in refused(path, capsys)


def test_nothing_is_left_of_a_page_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from headroom.system import files

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(files, "replace", full)
    assert "No space left" in refused(tmp_path / "page.html", capsys)
    assert list(tmp_path.iterdir()) == []
