"""A command that ran in the wrong folder gives a rule with the right one; what works as it is gives none."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import found

LOST = {
    "run": "cargo build",
    "says": "error: could not find `Cargo.toml` in `/p`",
    "exit": 101,
}
NPM = {"run": "npm ci", "says": "npm ERR! enoent ENOENT: no such file, open '/p/package.json'", "exit": 254}


@pytest.mark.parametrize(
    ("session", "rules"),
    [
        (
            [LOST, {"run": "cd rust && cargo build"}],
            ["Use `cd rust && cargo build`, not `cargo build` (wrong folder)."],
        ),
        (
            [NPM, {"run": "ls"}, {"run": "cd /p/web && npm ci"}],
            ["Use `cd web && npm ci`, not `npm ci` (wrong folder)."],
        ),
        ([LOST, {"run": "cd rust && cargo build"}, {"run": "cargo init"}, {"run": "cargo build"}], []),
        ([LOST, {"run": "cd rust && cargo doc"}], []),
        ([LOST], []),
    ],
)
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[str]) -> None:
    assert [rule for _, rule in found([*session, {"assistant": "Done."}])] == rules
