"""A healthy session yields no rule."""

from typing import Any

import pytest

from tests.core.learn.finders.sessions import cases, found


@pytest.mark.parametrize(("session", "rules"), cases("healthy"))
def test_nothing_is_learnt(session: list[dict[str, Any]], rules: list[list[str]]) -> None:
    assert rules == []
    assert found(session) == []
