"""A huge output that was cut the next time, or came three times, gives a rule."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import cases, found


@pytest.mark.parametrize(("session", "rules"), cases("huge_output"))
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[list[str]]) -> None:
    assert found(session) == rules
