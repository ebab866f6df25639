"""Which commands run tests, and which programs do the same."""

import pytest

from headroom.learn.finders.commands import invocations
from headroom.learn.finders.programs import is_same_purpose, is_test_run, purposes, runner


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("pytest -q tests", "pytest"),
        ("python3 -m pytest tests", "python3 -m pytest"),
        ("uv run pytest", "uv run pytest"),
        ("npm test -- --run", "npm test"),
        ("npm run test:unit", "npm run test:unit"),
        ("npx jest a.test.ts", "npx jest"),
        ("cargo test parse", "cargo test"),
        ("go test ./...", "go test"),
        ("./gradlew test", "./gradlew test"),
        ("python3 manage.py test", "python3 manage.py test"),
        ("bundle exec rspec", "bundle exec rspec"),
        ("./scripts/run_tests.sh", "./scripts/run_tests.sh"),
        ("docker compose exec web pytest", "docker compose exec web pytest"),
        ("pip install pytest", ""),
        ("which pytest", ""),
        ("cat tests/test_a.py", ""),
        ("test -f x", ""),
        ("git checkout test", ""),
        ("npm run build", ""),
    ],
)
def test_the_words_that_say_so(line: str, head: str) -> None:
    (command,) = invocations(line)
    assert " ".join(runner(command)) == head
    assert is_test_run(command) is bool(head)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("npm ci", "pnpm install", True),
        ("docker-compose up", "docker compose up", True),
        ("rg x", "grep x", True),
        ("pip3 list", "uv pip list", True),
        ("npm ci", "cargo build", False),
        ("npm ci", "npm install", False),
    ],
)
def test_what_does_the_same(one: str, other: str, same: bool) -> None:
    (ours,), (theirs,) = invocations(one), invocations(other)
    assert is_same_purpose(purposes(ours), purposes(theirs)) is same
