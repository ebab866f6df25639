"""Facts as they are printed: in 60 columns, without what a terminal would take for an order."""

import pytest

from headroom.memory import Added, Change, Fact, Origin
from headroom_cli import memory_show

LONG = "The integration tests need a database, which make services starts in the background."
FACT = Fact("0123abcd", LONG, "project", Origin("learn", "codex", "/proj/app"), 0.0, 0.0, 86_400.0, "ffffffff", 3)


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


def test_a_fact_and_all_that_is_known_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    memory_show.show_facts([FACT], "none")
    shown = capsys.readouterr().out
    assert all(len(line) <= 60 for line in shown.splitlines())
    told = " ".join(shown.split())
    assert told.startswith(f"0123abcd {LONG} /proj/app · learn, codex · ")
    for part in ("told 3 times", "replaced by ffffffff", "expired"):
        assert part in told
    memory_show.show_facts([], "none of them")
    assert capsys.readouterr().out == "none of them\n"


def test_what_became_of_one_that_was_told(capsys: pytest.CaptureFixture[str]) -> None:
    other = Fact("89abcdef", "Another.\x1b[31m", "user", Origin(), 0.0, 0.0)
    memory_show.show_added(Added(FACT, True, True, (other,)))
    told = " ".join(capsys.readouterr().out.split())
    for part in ("kept", "taken out of it", "similar", "all projects · hand", "edit 0123abcd --replaces 89abcdef"):
        assert part in told
    assert "\x1b[31m" not in told
    memory_show.show_added(Added(FACT, False, False))
    assert "known already (told 3 times)" in capsys.readouterr().out


def test_what_happened_to_one(capsys: pytest.CaptureFixture[str]) -> None:
    memory_show.show_changes(FACT, [Change(0.0, "added", "", Origin()), Change(1.0, "edited", "Old.", Origin())])
    told = " ".join(capsys.readouterr().out.split())
    assert "added" in told
    assert "edited; before: Old." in told
    assert memory_show.as_data(FACT)["holds"] is False
