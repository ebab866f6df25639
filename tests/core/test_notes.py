"""Notes outlive the process, and the first one kept wins."""

from pathlib import Path

from headroom.notes import Notes
from headroom.store import SqliteMemo


def test_the_first_text_wins_in_every_process(tmp_path: Path) -> None:
    one, two = Notes(SqliteMemo(tmp_path)), Notes(SqliteMemo(tmp_path))
    assert one.keep("cut", "c1", 0, "a\ud83d") == "a\ud83d"
    assert two.keep("cut", "c1", 0, "b") == "a\ud83d"
    assert Notes(SqliteMemo(tmp_path)).recall("cut", "c1", 0) == "a\ud83d"


def test_kinds_conversations_and_numbers_are_told_apart(tmp_path: Path) -> None:
    notes = Notes(SqliteMemo(tmp_path))
    notes.keep("cut", "c1", 0, "a")
    assert notes.recall("cut", "c1", 1) is None
    assert notes.recall("cut", "c2", 0) is None
    assert notes.recall("align", "c1", 0) is None


def test_the_last_of_several_is_found(tmp_path: Path) -> None:
    notes = Notes(SqliteMemo(tmp_path))
    assert notes.last("cut", "c1") is None
    for number in range(3):
        notes.keep("cut", "c1", number, f"text {number}")
    assert notes.last("cut", "c1") == (2, "text 2")


def test_texts_by_name(tmp_path: Path) -> None:
    notes = Notes(SqliteMemo(tmp_path))
    notes.keep_all("rounds", "c1", {"toolu_1": "x", "toolu_2": ""})
    assert notes.recall_all("rounds", "c1", ["toolu_1", "toolu_2", "toolu_3"]) == {"toolu_1": "x", "toolu_2": ""}
    assert notes.recall_all("rounds", "c2", ["toolu_1"]) == {}
