"""Golden pairs: tests/fixtures/<compressor>/<case>.in and .out, with a Context in .json where one is needed.

UPDATE_GOLDEN=1 writes the .out files anew; read the difference before you commit it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from headroom.compressors import COMPRESSORS
from headroom.types import Context, PassThrough

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROWS = {row.name: row for row in COMPRESSORS}
CASES = sorted(file for name in ROWS for file in (FIXTURES / name).glob("*.in"))


def read(file: Path) -> str:
    return file.read_bytes().decode()


def outcome(file: Path) -> str:
    """Return what the compressor makes of a case, or why it passes through."""
    text, beside = read(file), file.with_suffix(".json")
    context = Context(**json.loads(read(beside))) if beside.exists() else Context()
    row = ROWS[file.parent.name]
    if not beside.exists() and not row.looks_like(text):
        return "not accepted"
    try:
        return row.compress(text, context).text
    except PassThrough as why:
        return f"passes through: {why}"


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_golden_pair(file: Path) -> None:
    result, golden = outcome(file), file.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(result.encode())
    assert result == read(golden)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_at_least_five_pairs(name: str) -> None:
    assert len(list((FIXTURES / name).glob("*.in"))) >= 5


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    script = (
        "import hashlib; from tests.core.compressors.test_fixtures import CASES, outcome;"
        "print(hashlib.sha256(''.join(map(outcome, CASES)).encode()).hexdigest())"
    )
    root = Path(__file__).parents[3]
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "12345")
    }
    assert len(seen) == 1
