"""A missing command gives a rule with the one that worked; a probe and what is installed later give none."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import cases, found


@pytest.mark.parametrize(("session", "rules"), cases("missing_command"))
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[list[str]]) -> None:
    assert found(session) == rules
