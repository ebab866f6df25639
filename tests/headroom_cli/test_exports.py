"""An export is for its owner alone, and never stands in another file's place."""

import io
from pathlib import Path

import pytest
import typer

from headroom_cli import exports


def test_it_is_written_to_a_new_file_and_read(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "out.jsonl"
    exports.put(b"{}\n", file, "1 line")
    assert (file.stat().st_mode & 0o777, capfdbinary.readouterr().err) == (
        0o600,
        f"1 line written to {file}\n".encode(),
    )
    with exports.opened(file) as stream:
        assert stream.read() == b"{}\n"
    with pytest.raises(typer.Exit):
        exports.put(b"other", file, "1 line")
    assert file.read_bytes() == b"{}\n"
    assert f"{file}: File exists" in capfdbinary.readouterr().err.decode()


@pytest.mark.parametrize("file", [None, Path("-")])
def test_it_is_printed(file: Path | None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    exports.put(b"caf\xc3\xa9\n", file, "1 line")
    assert capfdbinary.readouterr() == (b"caf\xc3\xa9\n", b"")


def test_it_is_read_from_a_pipe_or_not_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    with exports.opened(Path("-")) as stream:
        assert stream.read() == b"{}"
    with pytest.raises(typer.Exit):
        exports.opened(tmp_path / "gone")
