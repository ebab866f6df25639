"""How findings are printed, as golden files in tests/fixtures/doctor: UPDATE_GOLDEN=1 writes them anew."""

import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from headroom_cli.doctor_findings import NOTE, OK, PROBLEM, Finding, is_broken, show_findings
from headroom_cli.page import Page

GOLDEN = Path(__file__).parent.parent / "fixtures" / "doctor"
SECRETS = (
    "sk-ant-api03-0123456789abcdef",
    "hunter2",
    "0123456789abcdef0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x",
)
FINDINGS = [
    Finding("settings", OK, f"2 of 37: upstream.openai = https://me:{SECRETS[1]}@corp.example/v1"),
    Finding("store", NOTE, "12 originals, 4.2 MB in all; a database was set aside: damaged-0a", "see the disk"),
    Finding("proxy", PROBLEM, f"http://127.0.0.1:1/s/{SECRETS[2]}/health: none", f"unset KEY={SECRETS[0]}"),
    Finding("gateway", PROBLEM, f"http://gateway.example/v1?key={SECRETS[3]} and Bearer {SECRETS[4]} are refused"),
]  # fmt: skip


def assert_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    for secret in SECRETS:
        assert secret not in text


@pytest.mark.parametrize(("name", "findings"), [("findings", FINDINGS), ("well", FINDINGS[:2])])
def test_findings_are_shown_without_secrets(
    name: str, findings: list[Finding], capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    page = Page(Console(file=out, width=72, highlight=False, markup=False))
    show_findings(findings, page, as_json=False)
    assert_golden(f"{name}.txt", out.getvalue())
    show_findings(findings, page, as_json=True)
    assert_golden(f"{name}.json", capsys.readouterr().out)


def test_only_a_problem_is_broken() -> None:
    assert is_broken(FINDINGS)
    assert not is_broken(FINDINGS[:2])
    assert not is_broken([])
