"""A test run that did not run gives a rule with the one that did; tests that fail give none."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import cases, found


@pytest.mark.parametrize(("session", "rules"), cases("test_command"))
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[list[str]]) -> None:
    assert found(session) == rules
