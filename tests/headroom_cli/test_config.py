"""`headroom config` as a user calls it. The golden file is in tests/fixtures/doctor: UPDATE_GOLDEN=1."""

import io
import json
import os
import stat
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from headroom import settings
from headroom_cli.config import config, show_settings
from headroom_cli.page import Page

GOLDEN = Path(__file__).parent.parent / "fixtures" / "doctor"
SECRET = "sk-ant-api03-0123456789abcdef"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's settings file, and a folder that is no project."""
    for name in [name for name in os.environ if name.startswith("HEADROOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "made" / "headroom.toml"
    monkeypatch.setenv("HEADROOM_CONFIG", str(file))
    return file


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(config, list(arguments), env={"COLUMNS": "90", **environ})


def test_every_setting_is_shown_with_value_origin_and_help() -> None:
    environ = {"HEADROOM_COMPRESS_LEVEL": "lossless", "HEADROOM_CONFIG": "none.toml"}
    environ["HEADROOM_UPSTREAM_OPENAI"] = f"https://me:{SECRET}@corp.example/{SECRET}/v1"
    out = io.StringIO()
    page = Page(Console(file=out, width=90, highlight=False, markup=False))
    show_settings(settings.SETTINGS, settings.load(environ=environ), page)
    file = GOLDEN / "config.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(out.getvalue(), encoding="utf-8")
    assert out.getvalue() == file.read_text(encoding="utf-8")
    assert SECRET not in out.getvalue()
    assert all(len(line) <= 90 for line in out.getvalue().splitlines())


@pytest.mark.parametrize("value", ["\udcff=off", "Grep=\udcff"])
def test_what_is_no_text_is_refused_in_one_line(value: str, place: Path) -> None:
    result = run("set", "compress.tools", value)
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "headroom: config set: compress.tools cannot be set to bytes that are not UTF-8"
    )
    assert not place.exists()


def test_json_has_a_row_for_every_setting_and_no_secret() -> None:
    done = run("--json", HEADROOM_UPSTREAM_OPENAI=f"https://me:{SECRET}@corp.example")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert list(rows) == [row.name for row in settings.SETTINGS]
    assert rows["upstream.openai"]["value"] == "https://…@corp.example"
    assert rows["upstream.openai"]["origin"] == "environment"
    assert rows["compress.level"] == {
        "name": "compress.level", "value": "balanced", "origin": "default", "default": "balanced",
        "variable": "HEADROOM_COMPRESS_LEVEL", "choices": ["lossless", "balanced", "aggressive"],
        "help": settings.ROWS["compress.level"].help,
    }  # fmt: skip
    assert SECRET not in done.output


def test_set_get_and_unset_go_through_a_private_file(place: Path) -> None:
    umask = os.umask(0)
    assert run("set", "compress.level", "lossless").exit_code == 0
    os.umask(umask)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    done = run("set", "compress.tools", "mcp__*=off")
    assert done.stdout.startswith(f"compress.tools is mcp__*=off ({place})")
    assert place.read_text() == '[compress]\nlevel = "lossless"\ntools = {"mcp__*" = "off"}\n'
    assert run("get", "compress.level").stdout == "lossless\n"
    assert run("get", "compress.enabled").stdout == "true\n"
    assert run("unset", "compress.tools").exit_code == 0
    assert place.read_text() == '[compress]\nlevel = "lossless"\n'
    assert run("path").stdout == f"{place}\n"


def test_get_gives_the_value_as_it_is() -> None:
    assert run("get", "upstream.openai", HEADROOM_UPSTREAM_OPENAI="http://a:b@c").stdout == "http://a:b@c\n"


def test_a_link_stays_a_link(place: Path, tmp_path: Path) -> None:
    place.parent.mkdir()
    target = tmp_path / "dotfiles.toml"
    target.write_text("# mine\n")
    place.symlink_to(target)
    run("set", "store.max_mb", "5")
    assert place.is_symlink()
    assert target.read_text() == "# mine\n\n[store]\nmax_mb = 5\n"


def test_who_wins_over_the_file_is_said() -> None:
    done = run("set", "compress.level", "lossless", HEADROOM_COMPRESS_LEVEL="aggressive")
    assert "compress.level is aggressive (environment)" in done.stdout
    assert "HEADROOM_COMPRESS_LEVEL wins over what you set" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["get", "compress.lvl"], "no setting 'compress.lvl'; compress.level"),
        (["set", "compress.level", "much"], "must be one of"),
        (["set", "upstream.openai", f"ftp://me:{SECRET}@x"], "'ftp://…@x'"),
        (["set", "store.max_mb", "5"], "stays as it is: it is not valid TOML"),
        (["unset", "store.max_mb"], "remove it yourself"),
    ],
)
def test_what_is_wrong_is_refused_and_the_file_stays(place: Path, arguments: list[str], why: str) -> None:
    place.parent.mkdir()
    place.write_text("[store\n")
    done = run(*arguments)
    assert done.exit_code == 2
    assert why in done.stderr
    assert SECRET not in done.output
    assert place.read_text() == "[store\n"


def test_a_wrong_value_can_be_taken_out(place: Path) -> None:
    place.parent.mkdir()
    place.write_text('[compress]\nlevel = "much"\n')
    assert run().exit_code == 2
    assert run("unset", "compress.level").exit_code == 0
    assert place.read_text() == "[compress]\n"


def test_a_file_that_cannot_be_changed_names_what_to_write(place: Path) -> None:
    place.parent.mkdir()
    place.write_text('[compress]\nprotected_tools = [\n "a"\n]\n')
    done = run("set", "compress.protected_tools", "b")
    assert done.exit_code == 2
    assert 'write it yourself: [compress] protected_tools = ["b"]' in done.stderr


def test_another_setting_that_is_wrong_does_not_stand_in_the_way(place: Path) -> None:
    done = run("set", "store.max_mb", "5", HEADROOM_COMPRESS_LEVEL="much")
    assert done.exit_code == 0
    assert "another setting is wrong" in done.stdout
    assert "max_mb = 5" in place.read_text()
