"""Facts go from one machine to another as JSON lines."""

import json
from pathlib import Path

import pytest

from tests.headroom_cli.test_memory import data, home, refused, run, said

__all__ = ["home"]


def test_an_export_is_taken_in_elsewhere(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = data("add", "The port is 8080.")["fact"]
    said("add", "The port is 9090.", "--replaces", old["id"])
    said("add", "--user", "Répondre en 中文.")
    exported = said("export")
    assert run("export", str(tmp_path / "facts.jsonl")).exit_code == 0
    assert (tmp_path / "facts.jsonl").read_text(encoding="utf-8") == exported
    assert oct((tmp_path / "facts.jsonl").stat().st_mode & 0o777) == "0o600"
    assert "File exists" in refused("export", str(tmp_path / "facts.jsonl"))
    kept = data("list", "--all")
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "elsewhere"))
    assert said("import", str(tmp_path / "facts.jsonl")) == "3 new facts, 0 known already\n"
    assert sorted(data("list", "--all"), key=str) == sorted(kept, key=str)
    assert data("import", str(tmp_path / "facts.jsonl")) == {"new": 0, "known": 3, "masked": 0, "refused": 0}


def test_what_is_no_fact_is_counted_and_what_is_secret_masked(home: Path, tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2c3D4e5" * 4
    lines = [
        "\n",
        "{broken\n",
        "[" * 5000 + "\n",
        json.dumps({"text": "x" * 99_999}) + "\n",
        json.dumps({"text": f"Push with {secret} as user bot"}) + "\n",
        json.dumps({"text": "A fact without an id."}) + "\n",
        json.dumps({"text": secret}) + "\n",
        json.dumps({"text": "A fact", "scope": "project"}) + "\n",
    ]
    (tmp_path / "facts.jsonl").write_text("".join(lines))
    counts = data("import", str(tmp_path / "facts.jsonl"))
    assert (counts["new"], counts["known"], counts["masked"]) == (2, 0, 1)
    assert counts["refused"] >= 5
    assert "Push with *** as user bot" in said("export")
    assert "refused, the last because" in said("import", str(tmp_path / "facts.jsonl"))
    assert "No such file" in refused("import", str(tmp_path / "gone"))


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_file_without_any_fact_is_refused(options: tuple[str, ...], home: Path, tmp_path: Path) -> None:
    file = tmp_path / "passwd"
    file.write_text("root:x:0:0:root:/root:/bin/sh\n")
    told = f"{file}: it is no JSON; give a file that `headroom memory export` has written"
    assert told in refused("import", str(file), *options)
    file.write_text("")
    assert said("import", str(file)) == "0 new facts, 0 known already\n"
