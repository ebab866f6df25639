"""What is printed of caches, as golden files in tests/fixtures/doctor: UPDATE_GOLDEN=1 writes them anew."""

import io
import json
import os
from pathlib import Path

import pytest
import typer
from rich.console import Console

from headroom.checkup import PAUSE, SYSTEM, Caching, Loss
from headroom.checkup import captured as read
from headroom_cli.doctor_cache import captured, show_caching, show_captured
from headroom_cli.page import Page

GOLDEN = Path(__file__).parent.parent / "fixtures" / "doctor"
AGENTS = [
    Caching(
        "claude", 212, {"a", "b"}, 9_000_000, 9_400_000, 0,
        {PAUSE: Loss(3, 240_000, 10**12)}, {"git": 14_000},
    ),
    Caching(
        "", 60, {"c"}, 0, 1_200_000, 9000,
        {SYSTEM: Loss(59, 1_180_000, 4 * 10**12)}, {"date": 42, "uuid": 17},
    ),
]  # fmt: skip
BODY = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 5,
    "system": "Be kind.\nToday's date is 2026-11-21.\nWorking directory: /home/\x1b[31mann\n" + "Rule. " * 900,
    "messages": [{"role": "user", "content": "My password is 1234"}],
}
OTHER = {**BODY, "messages": [{"role": "user", "content": "Something else"}]}


def assert_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert "password" not in text
    assert "\x1b" not in text


def page() -> tuple[Page, io.StringIO]:
    out = io.StringIO()
    return Page(Console(file=out, width=80, highlight=False, markup=False)), out


@pytest.mark.parametrize(("name", "agents"), [("caching", AGENTS), ("nothing", [])])
def test_caching_is_shown(name: str, agents: list[Caching], capsys: pytest.CaptureFixture[str]) -> None:
    to, out = page()
    show_caching(agents, to, as_json=False)
    assert_golden(f"{name}.txt", out.getvalue())
    show_caching(agents, to, as_json=True)
    assert_golden(f"{name}.json", capsys.readouterr().out)


@pytest.mark.parametrize(("name", "bodies"), [("one", [BODY]), ("two", [BODY, OTHER]), ("same", [BODY, BODY])])
def test_captured_requests_are_shown(
    name: str, bodies: list[dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    to, out = page()
    requests = [(f"{n}.json", read(json.dumps(body).encode(), len)) for n, body in enumerate(bodies)]
    show_captured(requests, to, as_json=False)
    assert_golden(f"{name}.txt", out.getvalue())
    show_captured(requests, to, as_json=True)
    assert_golden(f"{name}.json", capsys.readouterr().out)


def test_a_file_that_is_no_request_ends_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.json"
    file.write_text("[]")
    for name, why in ((str(file), "not a request to Anthropic"), (str(tmp_path / "none"), "No such file")):
        with pytest.raises(typer.Exit) as ended:
            captured(name)
        assert ended.value.exit_code == 2
        assert why in capsys.readouterr().err
