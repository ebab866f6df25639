"""What was not permitted gives a rule, with the way that was; a program's own words of denial give none."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import cases, found


@pytest.mark.parametrize(("session", "rules"), cases("denied"))
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[list[str]]) -> None:
    assert found(session) == rules
