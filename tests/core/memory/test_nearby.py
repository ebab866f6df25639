"""Facts that say something similar, in the same place, whatever finds them."""

from collections.abc import Sequence
from pathlib import Path

from headroom.memory import rows
from headroom.memory.database import facts_database
from headroom.memory.facts import PROJECT, USER, Fact, Origin
from headroom.memory.nearby import nearby
from headroom.store.database import Database

NOW = 100.0


def fact(id_: str, text: str, scope: str = PROJECT, project: str = "/p", expires: float | None = None) -> Fact:
    return Fact(id_, text, scope, Origin(project=project), 1.0, 1.0, expires)


NEW = fact("ffffffff", "The tests run with make test.")
HELD = (
    fact("00000001", "The tests run with make check."),
    fact("00000002", "The tests run with make check.", project="/other"),
    fact("00000003", "The tests run with make check.", USER),
    fact("00000004", "The tests run with make check.", expires=50.0),
    fact("00000005", "Answer in English."),
)


class Lengths:
    """A model to which texts of one length are the same."""

    name = "lengths"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        from array import array

        self.asked += texts
        return [array("f", [1.0, 0.0] if len(text) == 18 else [0.0, 1.0]).tobytes() for text in texts]


def database(folder: Path) -> Database:
    made = facts_database(folder)
    for each in HELD:
        made.write(lambda connection, each=each: rows.insert(connection, each))  # type: ignore[misc]
    return made


def test_by_their_words(tmp_path: Path) -> None:
    assert [each.id for each in nearby(database(tmp_path), NEW, NOW)] == ["00000001"]
    assert nearby(facts_database(tmp_path / "none"), NEW, NOW) == ()
    assert not (tmp_path / "none").exists()


def test_by_a_model_that_is_asked_once_for_each(tmp_path: Path) -> None:
    held, model = database(tmp_path), Lengths()
    told = fact("ffffffff", "No common word, 18")
    assert [each.id for each in nearby(held, told, NOW, model)] == ["00000005"]
    assert sorted(model.asked) == sorted([told.text, HELD[0].text, HELD[4].text])
    nearby(held, told, NOW, model)
    assert model.asked.count(told.text) == 2
    assert model.asked.count(HELD[0].text) == 1
