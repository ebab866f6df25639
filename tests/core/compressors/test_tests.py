from pathlib import Path

import pytest

from headroom.compressors import tests
from headroom.types import Context, PassThrough

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOURCES = (
    Path(__file__),
    Path(tests.__file__),
    FIXTURES.parents[1] / "README.md",
    FIXTURES.parents[1] / "pyproject.toml",
)


@pytest.mark.parametrize("file", sorted((FIXTURES / "tests").glob("*.in")), ids=lambda file: file.stem)
def test_test_runs_look_like_it(file: Path) -> None:
    assert tests.looks_like(file.read_bytes().decode())


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_sources_and_prose_do_not(file: Path) -> None:
    assert not tests.looks_like(file.read_text())


def test_a_report_in_a_document_does_not() -> None:
    assert not tests.looks_like(
        "# Testing\n\nRun it:\n\n```\n=== test session starts ===\n3 passed in 0.01s\n```\n"
    )


def test_what_no_test_runner_said_passes_through() -> None:
    with pytest.raises(PassThrough, match="no tool of this family"):
        tests.compress("Collecting flask\n" * 50, Context(budget_tokens=500))


def test_its_row_names_the_commands_it_reads() -> None:
    assert {"pytest", "cargo test", "go test", "jest", "mvn"} <= set(tests.TESTS.commands)
