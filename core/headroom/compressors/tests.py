"""Test runs: failures stay whole, what went well is counted."""

from typing import Final

from headroom.compressors import run_build_tools, run_events, run_forms
from headroom.compressors.run_test_tools import TEST_TOOLS
from headroom.types import Compressed, Compressor, Context

_TOOLS: Final = (*TEST_TOOLS, run_build_tools.MAVEN, run_build_tools.GRADLE)
_COMMANDS: Final = (
    *("pytest", "py.test", "python -m pytest", "python -m unittest", "unittest", "tox", "nox", "nosetests"),
    *("jest", "vitest", "mocha", "ava", "tap", "playwright test", "bun test", "deno test"),
    *("npm test", "npm run test", "npm t", "pnpm test", "pnpm run test", "yarn test", "yarn run test"),
    *(
        "go test",
        "gotestsum",
        "cargo test",
        "cargo nextest",
        "ctest",
        "rspec",
        "make test",
        "make check",
        "just test",
    ),
    *("mvn", "./mvnw", "mvnw", "gradle", "./gradlew", "gradlew"),
)


def looks_like(text: str) -> bool:
    """Whether a test runner has spoken at the text's beginning or end."""
    return run_events.looks_like(text) or run_forms.looks_like(text, _TOOLS)


def compress(text: str, context: Context) -> Compressed:
    """Return a test run with its failures, warnings and verdicts whole, and what went well counted.

    Raises PassThrough for what is no test run, or when too little would be gained.
    """
    return run_forms.compress(text, context, _TOOLS)


TESTS: Final = Compressor("tests", looks_like, compress, commands=_COMMANDS)
