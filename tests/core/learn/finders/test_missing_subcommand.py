"""A script or target that is not there gives a rule with the one that is; one that is made later gives none."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import found

NO_SCRIPT = {"run": "npm run lint", "says": 'npm error Missing script: "lint"', "exit": 1}


@pytest.mark.parametrize(
    ("session", "rules"),
    [
        (
            [NO_SCRIPT, {"run": "npm run lint:all"}],
            ["Use `npm run lint:all`, not `npm run lint` (there is none)."],
        ),
        ([NO_SCRIPT, {"run": "pnpm run lint"}], ["Use `pnpm run lint`, not `npm run lint` (there is none)."]),
        ([NO_SCRIPT, {"read": "package.json"}, {"run": "ls"}, {"run": "npm run deploy"}], []),
        ([NO_SCRIPT, {"run": "npm run lint:all"}, {"edit": "package.json"}, {"run": "npm run lint"}], []),
        ([NO_SCRIPT], []),
        (
            [
                {"run": "git stauts", "says": "git: 'stauts' is not a git command.", "exit": 1},
                {"run": "git status"},
            ],
            [],  # a slip, not to be learnt from
        ),
    ],
)
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[str]) -> None:
    last = {"assistant": "Done."}
    assert [rule for _, rule in found([*session, last])] == rules
