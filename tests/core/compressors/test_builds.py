from pathlib import Path

import pytest

from headroom.compressors import builds
from headroom.types import Context, PassThrough

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOURCES = (
    Path(__file__),
    Path(builds.__file__),
    FIXTURES.parents[1] / "README.md",
    FIXTURES.parents[1] / "pyproject.toml",
)


@pytest.mark.parametrize("file", sorted((FIXTURES / "builds").glob("*.in")), ids=lambda file: file.stem)
def test_builds_look_like_it(file: Path) -> None:
    assert builds.looks_like(file.read_bytes().decode())


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_sources_and_prose_do_not(file: Path) -> None:
    assert not builds.looks_like(file.read_text())


@pytest.mark.parametrize(
    "text", ["src/a.c:12:3: int error;\n" * 20, "- make\n- cmake\n", "commit 12ab\n\n    Found 2 errors\n"]
)
def test_search_results_and_lists_do_not(text: str) -> None:
    assert not builds.looks_like(text)


def test_what_no_build_tool_said_passes_through() -> None:
    with pytest.raises(PassThrough, match="no tool of this family"):
        builds.compress("running 3 tests\ntest a ... ok\n" * 50, Context(budget_tokens=500))


def test_its_row_names_the_commands_it_reads() -> None:
    assert {"make", "tsc", "npm install", "docker build", "terraform plan"} <= set(builds.BUILDS.commands)


def test_packages_that_apt_unpacks_in_a_docker_build_are_noise() -> None:
    lines = [f"#9 {n / 10:.3f} Unpacking libx{n}:amd64 (1.{n % 9}-2) ..." for n in range(300)]
    text = "\n".join(["#1 [internal] load build definition from Dockerfile", "#1 DONE 0.0s", *lines])
    assert "Unpacking 297" in builds.compress(text, Context(budget_tokens=800)).text
