"""An edit that found no place for its text gives a rule."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import cases, found


@pytest.mark.parametrize(("session", "rules"), cases("inexact_edit"))
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[list[str]]) -> None:
    assert found(session) == rules
