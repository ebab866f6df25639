"""A shortened output that is fetched again names the command that made it."""

from typing import Any

import pytest

from headroom.types import original_key
from tests.core.learn.finders.sessions import cases, found

ROWS = "a row of a table\n" * 300
OTHER = "a row of another, larger table\n" * 900


@pytest.mark.parametrize(("session", "rules"), cases("retrieved"))
def test_what_a_session_teaches(session: list[dict[str, Any]], rules: list[list[str]]) -> None:
    assert found(session) == rules


def test_the_key_tells_which_output_it_was() -> None:
    fetched = {"read": f"/home/u/.local/state/headroom/store/originals/{original_key(ROWS)}.txt", "says": ROWS}
    ((kind, rule),) = found([{"run": "rows", "says": ROWS}, {"run": "others", "says": OTHER}, fetched])
    assert (kind, "`rows`" in rule) == ("retrieved", True)
