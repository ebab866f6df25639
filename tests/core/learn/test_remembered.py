"""What is remembered with rules comes back as it was, and damaged notes as nothing."""

from typing import Any

import orjson
import pytest

from headroom.learn import remembered
from headroom.learn.remembered import Remembered
from tests.core.learn.memory_files import finding

RULES = {"Use a.": finding("Use a.")}
REFUSED = {("kind", "subject"): "Use c."}


def test_what_is_noted_is_read() -> None:
    notes = remembered.notes(RULES, REFUSED)
    assert orjson.loads(orjson.dumps(notes)) == notes
    assert remembered.read(notes) == Remembered(RULES, REFUSED)
    assert remembered.read(notes | remembered.rules_note({})) == Remembered({}, REFUSED)
    assert remembered.read({}) == Remembered({}, {})


@pytest.mark.parametrize("notes", [{"rules": 3}, {"rules": [{"text": "x"}]}, {"refused": [["a"]]}])
def test_damaged_notes_say_nothing(notes: dict[str, Any]) -> None:
    assert remembered.read(notes) == Remembered({}, {})
