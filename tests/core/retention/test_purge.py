"""A purge takes what was named, and never what a running conversation's requests are made of."""

from pathlib import Path

import pytest

from headroom.retention import logs as logs_module
from headroom.retention import purge
from headroom.retention.purge import Chosen, Purged
from headroom.store.removal import Removal
from tests.core.retention.made import DAY, NOW, State


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path)


def run(state: State, chosen: Chosen, *, force: bool = False, now: float = NOW) -> tuple[purge.Plan, Purged]:
    logs = logs_module.look(state.root, now)
    removal = Removal(state.root / "store")
    named = purge.named_in(removal, logs)
    what = purge.plan(chosen, logs, removal.originals(), removal.rows(), named, force=force)
    gone = purge.carry_out(removal, what, with_damaged=chosen.is_everything)
    removal.close()
    return what, gone


def test_what_a_project_made_goes_together(state: State) -> None:
    state.at(3)
    a, b = state.original("of project a " * 9), state.original("of project b " * 9)
    key_a, key_b, raw = state.decide("a", a), state.decide("b", b), state.decide("raw", text=None)
    state.session("/proj/a", key_a, raw)
    state.session("/proj/b", key_b)
    what, gone = run(state, Chosen(project="/proj/a"))
    assert (what.of_running, what.shared) == (0, 0)
    assert gone == Purged(1, len("of project a " * 9), 2)
    assert state.held() == {b}
    assert state.decided(key_a, raw, key_b) == [False, False, True]


def test_a_folder_below_the_project_is_of_it_and_one_beside_is_not(state: State) -> None:
    state.at(3)
    keys = {name: state.original(name * 40) for name in ("/proj/a/sub", "/proj/ab", "")}
    for name, key in keys.items():
        state.session(name, state.decide(name, key))
    run(state, Chosen(project="/proj/a"))
    assert state.held() == {keys["/proj/ab"], keys[""]}


def test_what_another_project_uses_too_stays(state: State) -> None:
    state.at(3)
    both = state.original("a file that both read " * 9)
    key, other = state.decide("one", both), state.decide("two", both)
    state.session("/proj/a", key)
    state.session("/proj/b", other)
    what, gone = run(state, Chosen(project="/proj/a"))
    assert what.shared == 1
    assert gone.originals == 0
    assert state.decided(key, other) == [False, True]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("chosen", [Chosen(), Chosen(project="/proj/a"), Chosen(before=NOW + DAY)])
def test_decisions_of_a_running_session_stay_and_its_originals_but_by_force(
    state: State, chosen: Chosen, force: bool
) -> None:
    state.at(4)
    old = state.original("an old one " * 20)
    ended = state.decide("ended", old)
    state.session("/proj/a", ended)
    state.at(0.001)
    new = state.original("a new one " * 20)
    live, raw = state.decide("live", new), state.decide("raw", text=None)
    state.session("/proj/a", live, raw, ended=False, hours=0)
    what, _ = run(state, chosen, force=force)
    assert state.held() == (set() if force else {new})
    assert what.of_running == (0 if force else 1)
    assert state.decided(live, raw, ended) == [True, True, False]


def test_what_a_running_session_of_another_project_uses_stays_even_by_force(state: State) -> None:
    state.at(0.001)
    both = state.original("a file that both read " * 9)
    state.session("/proj/a", state.decide("one", both))
    state.session("/proj/b", state.decide("two", both), ended=False, hours=0)
    what, _ = run(state, Chosen(project="/proj/a"), force=True)
    assert (what.shared, state.held()) == (1, {both})


def test_a_note_stays_while_a_session_runs_that_may_need_it(state: State) -> None:
    old, young = state.at(5).note("policy of an old conversation", "x"), state.at(0.01).note("of a young one", "y")
    state.session("/proj/a", ended=False, hours=0)
    run(state, Chosen())
    assert state.decided(old, young) == [False, True]


def test_everything_goes_when_nothing_runs_and_is_overwritten(state: State) -> None:
    state.at(2)
    state.note("policy", "the quick brown note")
    key = state.original("an original " * 9)
    state.session("/proj/a", state.decide("one", key))
    (state.root / "store" / "damaged-1234").write_bytes(b"lost")
    run(state, Chosen())
    removal = Removal(state.root / "store")
    assert (state.held(), removal.rows(), removal.damaged(), removal.kept()[:3]) == (set(), [], [], (0, 0, 0))
    removal.close()


def test_old_ones_go_by_their_last_use(state: State) -> None:
    old = state.at(40).original("old " * 50)
    row = state.decide("old", old)
    young = state.at(3).original("young " * 50)
    kept = state.decide("young", young)
    _, gone = run(state, Chosen(before=NOW - 30 * DAY))
    assert (gone.originals, gone.rows) == (1, 1)
    assert state.held() == {young}
    assert state.decided(kept, row) == [True, False]


def test_one_session_goes_alone(state: State) -> None:
    state.at(3)
    first, second = state.original("first " * 50), state.original("second " * 50)
    log = state.session("/proj/a", state.decide("1", first))
    state.session("/proj/a", state.decide("2", second))
    run(state, Chosen(session=log.stem))
    assert state.held() == {second}


def test_what_was_used_since_it_was_looked_at_stays(state: State) -> None:
    state.at(3)
    original = state.original("used again " * 20)
    key = state.decide("one", original)
    removal = Removal(state.root / "store")
    what = purge.plan(Chosen(), [], removal.originals(), removal.rows(), {})
    state.at(0).original("used again " * 20)
    assert purge.carry_out(removal, what) == Purged(0, 0, 1)
    assert (state.held(), state.decided(key)) == ({original}, [False])
    removal.close()


def test_an_empty_folder_is_not_made(tmp_path: Path) -> None:
    removal = Removal(tmp_path / "store")
    what = purge.plan(Chosen(), [], removal.originals(), removal.rows(), purge.named_in(removal, []))
    assert purge.carry_out(removal, what, with_damaged=True) == Purged(0, 0, 0)
    assert list(tmp_path.iterdir()) == []
