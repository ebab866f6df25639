"""`headroom toin` shows what was learnt, takes it to another machine and back, and forgets it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from headroom.toin import folder, today
from headroom.toin.book import FILE, Book, Form
from headroom_cli.toin import toin

COUNTED = {
    "c0": 10,
    "w0": 3,
    "b0": 30_000,
    "s0": 12_000,
    "a0": 7,
    "x0": 9,
    "g0": 9000,
    "f:0123abcd": 9,
    "h:0123abcd": 9,
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def learn(home: Path, structure: str = "0a1b2c3d") -> None:
    form = Form("0123456789ab", structure, "json_rows", 0, today(), False, frozenset(), b"")
    book = Book(folder(home))
    book.raise_counts(today(), [(structure, what, n) for what, n in COUNTED.items()], [form])
    book.raise_counts(today() - 7, [(structure, "a0", 3)])


def run(*arguments: str, said: bytes | None = None) -> Result:
    return CliRunner().invoke(toin, arguments, input=said)


def test_status_says_what_is_counted_and_what_follows(home: Path) -> None:
    assert "nothing learnt yet" in run("status").stdout
    assert json.loads(run("status", "--json").stdout) == []
    learn(home)
    done = run("status")
    assert done.exit_code == 0
    assert "json_rows 0a1b2c3d" in done.stdout
    assert "leave nothing out; keep 1 field: 0123abcd" in done.stdout
    (row,) = json.loads(run("status", "--json").stdout)
    assert (row["forms"], row["lookups"], row["level"], row["keep"]) == (10, 10, 4, ["0123abcd"])
    assert row["advice"] == "leave nothing out; keep 1 field: 0123abcd"


def test_counts_without_advice_say_so(home: Path) -> None:
    form = Form("0123456789ab", "11111111", "logs", 0, today(), False, frozenset(), b"")
    Book(folder(home)).raise_counts(today(), [("11111111", "c0", 1)], [form])
    assert "no advice" in run("status").stdout


def test_what_is_exported_is_imported_once(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    learn(home)
    file = tmp_path_factory.mktemp("stick") / "counts.jsonl"
    assert run("export", str(file)).exit_code == 0
    assert run("export", "-").stdout_bytes == run("export").stdout_bytes == file.read_bytes()
    before = run("status", "--json").stdout
    assert run("import", str(file)).exit_code == 0
    assert run("status", "--json").stdout == before, "its own counts"
    assert (run("reset").exit_code, run("reset", "--yes").exit_code) == (2, 0)
    assert json.loads(run("status", "--json").stdout) == []
    assert json.loads(run("import", "-", "--json", said=file.read_bytes()).stdout) == {"counts": 10, "kinds": 1}
    assert run("import", str(file)).exit_code == 0
    assert run("status", "--json").stdout == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "nowhere"), "nowhere"),
        (("import", __file__), "line 1: not JSON; give a file that `headroom toin export` has written"),
        (("export", "no/such/folder/x"), "no/such/folder/x"),
        (("export", __file__), "exists"),
    ],
)
def test_wrong_files_are_said(home: Path, arguments: tuple[str, str], said: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("headroom: ")
    assert said in done.stderr
    assert not folder(home).exists()


@pytest.mark.parametrize("command", [("status",), ("export", "-"), ("reset", "--yes")])
def test_damaged_counts_are_said(home: Path, command: tuple[str, ...]) -> None:
    learn(home)
    (folder(home) / FILE).write_bytes(b"x" * 5000)
    done = run(*command)
    aside = Book(folder(home)).damaged()
    if command[0] == "reset":
        assert (done.exit_code, aside) == (0, [])
    else:
        assert (done.exit_code, len(aside)) == (0, 1)
        assert str(aside[0]) in done.stderr


def test_nothing_to_forget_is_no_failure(home: Path) -> None:
    assert run("reset").exit_code == 0
    assert not folder(home).exists()
