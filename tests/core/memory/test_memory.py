"""Facts are kept once, found, changed, replaced, forgotten: for many processes, and by nobody who did not ask."""

import sqlite3
import subprocess
import sys
from array import array
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

import headroom.memory
from headroom.memory import PROJECT, USER, Origin, Refused, Unknown
from tests.core.memory.made import DAY, HERE, NOW, THERE, Clock, memory


def test_asking_makes_no_file(tmp_path: Path) -> None:
    held = headroom.memory.open(tmp_path)
    assert (held.list(), held.search("a"), held.damaged()) == ([], [], [])
    with pytest.raises(Unknown):
        held.get("00")
    held.close()
    assert list(tmp_path.iterdir()) == []


def test_a_fact_is_kept_with_where_it_came_from_for_its_owner_alone(tmp_path: Path) -> None:
    held = memory(tmp_path)
    added = held.add("The tests run\nwith  `make test`.", THERE, PROJECT, NOW + DAY)
    assert (added.is_new, added.was_masked, added.like) == (True, False, ())
    (fact,) = memory(tmp_path).list("/proj/other")
    assert fact == added.fact
    assert (fact.text, fact.scope, fact.origin) == ("The tests run with `make test`.", PROJECT, THERE)
    assert (fact.created, fact.updated, fact.expires, fact.seen) == (NOW, NOW, NOW + DAY, 1)
    modes = {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "memory").iterdir()}
    assert (modes, oct((tmp_path / "memory").stat().st_mode & 0o777)) == ({"0o600"}, "0o700")


def test_the_same_fact_is_told_again_and_not_kept_twice(tmp_path: Path) -> None:
    clock = Clock()
    held = memory(tmp_path, clock)
    first = held.add("The tests run with make test.", HERE, PROJECT, NOW + DAY).fact
    clock.now += 5
    again = held.add("the TESTS run  with `make test`", HERE, PROJECT, NOW + 3 * DAY)
    assert not again.is_new
    assert (again.fact.id, again.fact.text, again.fact.seen) == (first.id, first.text, 2)
    assert (again.fact.updated, again.fact.expires) == (clock.now, NOW + 3 * DAY)
    assert held.add("The tests run with make test", HERE, PROJECT).fact.expires is None
    assert [change.what for change in held.history(first.id)] == ["added", "told again", "told again"]


def test_the_same_words_in_another_place_are_another_fact(tmp_path: Path) -> None:
    held = memory(tmp_path)
    kept = [
        held.add("Use pnpm.", origin, scope).is_new
        for origin, scope in ((HERE, PROJECT), (THERE, PROJECT), (HERE, USER))
    ]
    assert kept == [True] * 3
    assert {fact.scope for fact in held.list("/proj/app")} == {USER, PROJECT}
    assert len(held.list("/proj/app")) == len(held.search("pnpm", "/proj/app")) == 2
    assert len(held.list()) == 1
    assert len(held.list(anywhere=True)) == 3


def test_what_is_alike_is_offered_and_never_replaced_by_itself(tmp_path: Path) -> None:
    held = memory(tmp_path)
    old = held.add("The API port is 8080.", HERE, PROJECT).fact
    other = held.add("The API port is 9090.", HERE, PROJECT)
    assert (other.is_new, other.like) == (True, (old,))
    assert len(held.list("/proj/app")) == 2
    held.edit(other.fact.id, HERE, replaces=[old.id[:6]])
    assert [fact.text for fact in held.list("/proj/app")] == ["The API port is 9090."]
    assert [fact.text for fact in held.search("8080", "/proj/app", history=True)] == [old.text]
    assert held.get(old.id).replaced_by == other.fact.id
    assert [change.what for change in held.history(old.id)] == ["added", f"replaced by {other.fact.id}"]
    assert held.add("The API port is 8080.", HERE, PROJECT).is_new  # it holds again


def test_a_new_fact_replaces_an_old_one_that_is_named(tmp_path: Path) -> None:
    held = memory(tmp_path)
    old = held.add("Deploy with make ship.", HERE, PROJECT).fact
    new = held.add("Deploy with ./ship.sh.", HERE, PROJECT, replaces=[old.id])
    assert (held.list("/proj/app"), new.like) == ([new.fact], ())
    with pytest.raises(Unknown):
        held.add("Another.", HERE, PROJECT, replaces=["ffffffff"])


def test_a_fact_expires_and_stays_as_history(tmp_path: Path) -> None:
    clock = Clock()
    held = memory(tmp_path, clock)
    fact = held.add("The freeze lasts until Monday.", HERE, USER, NOW + DAY).fact
    clock.now += 2 * DAY
    assert (held.list(), held.search("freeze")) == ([], [])
    assert held.list(history=True) == [fact]
    with pytest.raises(Refused, match="expired already"):
        held.add("Too late.", HERE, USER, NOW)


def test_an_edit_keeps_what_was_said_before(tmp_path: Path) -> None:
    held = memory(tmp_path)
    fact = held.add("The port is 8080.", HERE, USER, NOW + DAY).fact
    edited = held.edit(fact.id[:5], THERE, text="The port is 9090.")
    assert (edited.id, edited.text, edited.expires) == (fact.id, "The port is 9090.", NOW + DAY)
    assert [(change.what, change.text) for change in held.history(fact.id)] == [
        ("added", ""),
        ("edited", fact.text),
    ]
    assert (held.search("8080"), held.search("9090")) == ([], [edited])
    moved = held.edit(fact.id, THERE, scope=PROJECT, expires=None)
    assert (moved.scope, moved.origin.project, moved.expires) == (PROJECT, "/proj/other", None)
    other = held.add("Another fact.", HERE).fact
    with pytest.raises(Refused, match="says the same"):
        held.edit(moved.id, THERE, text="another fact", scope=USER)
    with pytest.raises(Refused, match="itself"):
        held.edit(other.id, HERE, replaces=[other.id])


def test_what_is_forgotten_is_in_no_file_any_more(tmp_path: Path) -> None:
    held = memory(tmp_path)
    fact = held.add("Mallory knows the plan.", HERE).fact
    held.edit(fact.id, HERE, text="Trudy knows the plan.")
    kept = held.add("Alice knows nothing.", HERE).fact
    other = memory(tmp_path)
    other.list()
    with pytest.raises(Unknown):
        held.forget([fact.id, "ffffffff"])
    assert [gone.id for gone in held.forget([fact.id])] == [fact.id]
    assert other.list() == [kept]
    held.close()
    other.close()
    data = b"".join(path.read_bytes().lower() for path in (tmp_path / "memory").iterdir())
    assert (b"mallory" in data, b"trudy" in data, b"alice" in data) == (False, False, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("测试", 0), ("试", 0), ("parse rows", 1), ("parseRows", 1), ("PARSE_ROWS", 1), ("parserows", 1),
        ("rows_util", 1),
        ("cafe", 2), ("parse_ro", 1), ("Café", 2), ("pnp", 3), ("한국어", 4), ("src/rows", 1),
    ],
)  # fmt: skip
def test_words_identifiers_and_scripts_without_blanks_are_found(tmp_path: Path, query: str, found: int) -> None:
    held = memory(tmp_path)
    told = ["单元测试用 make 运行", "parseRows is in src/rows_util.py", "the café API", "use pnpm", "한국어 문서"]
    for text in told:
        held.add(text, HERE)
    assert next(fact.text for fact in held.search(query)) == told[found]
    for nothing in ("", "!?", '" OR (', "NEAR(", "terms:", "zzz"):
        assert held.search(nothing) == []


def test_the_best_comes_first(tmp_path: Path) -> None:
    held = memory(tmp_path)
    for text in (
        "Deploys need a review, and deploys are on Monday.",
        "Deploys need a ticket.",
        "A review is short.",
    ):
        held.add(text, HERE)
    assert next(fact.text[:16] for fact in held.search("deploys review")) == "Deploys need a r"
    assert len(held.search("deploys review", limit=1)) == 1


def test_without_fts5_facts_are_found_by_a_look_at_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("headroom.memory.database.can_index", lambda _connection: False)
        held = memory(tmp_path)
        held.add("单元测试用 make 运行", HERE)
        gone = held.add("parseRows is old", HERE).fact
        held.add("parseRows is in rows_util.py", HERE, replaces=[gone.id])
        assert [fact.text[:9] for fact in held.search("parse_ro")] == ["parseRows"]
        assert [fact.text for fact in held.search("测试")] == ["单元测试用 make 运行"]
        held.forget([gone.id])
        held.close()
    again = memory(tmp_path)  # a SQLite that has it: the index is made good
    assert [fact.text[:9] for fact in again.search("parse_ro", history=True)] == ["parseRows"]
    assert "words" in _tables(tmp_path)


def _tables(root: Path) -> set[str]:
    with closing(sqlite3.connect(root / "memory" / "memory.sqlite3")) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}


def test_secrets_stay_outside(tmp_path: Path) -> None:
    held = memory(tmp_path)
    secret = "ghp_" + "a1B2c3D4e5" * 4
    added = held.add(f"Push with the token {secret} as user bot.", HERE)
    assert (added.was_masked, added.fact.text) == (True, "Push with the token *** as user bot.")
    for text in (secret, f"token={secret}"):
        with pytest.raises(Refused, match="secret"):
            held.add(text, HERE)
    fact = held.add("A fact.", HERE).fact
    assert secret not in held.edit(fact.id, HERE, text=f"Push to the host with {secret}").text
    held.close()
    assert not any(secret.encode() in path.read_bytes() for path in (tmp_path / "memory").iterdir())


@pytest.mark.parametrize(
    ("origin", "scope", "why"),
    [(Origin("magic"), USER, "how"), (Origin(), PROJECT, "there is none"), (HERE, "all", "scope")],
)
def test_what_cannot_be_kept_is_refused(tmp_path: Path, origin: Origin, scope: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        memory(tmp_path).add("A fact.", origin, scope)
    assert list(tmp_path.iterdir()) == []


def test_an_export_comes_back_as_it_was(tmp_path: Path) -> None:
    clock = Clock()
    held = memory(tmp_path / "a", clock)
    old = held.add("The port is 8080.", HERE, PROJECT).fact
    held.add("The port is 9090.", HERE, PROJECT, replaces=[old.id])
    held.add("Use pnpm.", THERE, USER, NOW + DAY)
    clock.now += 2 * DAY
    facts = held.list(history=True, anywhere=True)
    other = memory(tmp_path / "b", clock)
    assert [other.take(fact).is_new for fact in facts[::-1]] == [True] * 3
    key = {fact.id: fact for fact in facts}
    assert {fact.id: fact for fact in other.list(history=True, anywhere=True)} == key
    assert [other.take(fact).is_new for fact in facts] == [False] * 3
    assert {fact.id: fact for fact in other.list(history=True, anywhere=True)} == key


def test_processes_that_tell_the_same_at_once_keep_it_once(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; import headroom.memory as m\n"
        f"held = m.open(Path({str(tmp_path)!r}))\n"
        "for n in range(20): held.add(f'Fact number {n} holds.', m.Origin('learn'))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    facts = memory(tmp_path).list()
    assert (len(facts), {fact.seen for fact in facts}) == (20, {4})


def test_a_damaged_database_is_moved_aside_and_what_can_be_read_is_kept(tmp_path: Path) -> None:
    held = memory(tmp_path)
    for number in range(300):
        held.add(f"Fact number {number} holds, as do {number + 1} others of its kind.", HERE)
    held.close()
    file = tmp_path / "memory" / "memory.sqlite3"
    data = bytearray(file.read_bytes())
    # The root of the index of normal forms: what a lookup reads first.
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'facts_normal'").fetchone()
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    file.write_bytes(data)
    again = memory(tmp_path)
    again.add("A new fact.", HERE)
    assert len(again.damaged()) == 1
    assert len(again.list()) == 301
    assert len(again.search("number 299", limit=400)) == 300
    again.close()
    file.write_bytes(b"no database at all" * 1000)
    assert again.list() == []
    assert len(again.damaged()) == 2


def test_one_that_another_user_could_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir(mode=0o755)
    memory(tmp_path).add("A fact.", HERE)
    assert (tmp_path / "memory").stat().st_mode & 0o777 == 0o700


def test_vectors_are_made_once_and_offer_what_words_do_not(tmp_path: Path) -> None:
    asked: list[str] = []

    class Model:
        name = "m"

        def vectors(self, texts: Sequence[str]) -> list[bytes]:
            asked.extend(texts)
            is_colour = ["colour" in text or "hue" in text for text in texts]
            return [array("f", [float(each), float(not each)]).tobytes() for each in is_colour]

    held = memory(tmp_path, embedder=Model())
    first = held.add("Pick a colour.", HERE).fact
    held.add("Run tests.", HERE)
    added = held.add("Any hue will do.", HERE)
    assert [fact.id for fact in added.like] == [first.id]
    held.add("One more.", HERE)
    assert asked.count("Pick a colour.") == 1


INLINE = Origin("inline", "claude", "/proj/app", "s1")


def test_what_a_model_tells_is_for_the_user_to_accept(tmp_path: Path) -> None:
    held = memory(tmp_path)
    for how, is_accepted in (("hand", True), ("learn", True), ("mcp", False), ("inline", False)):
        assert held.add(f"Told by {how}.", Origin(how, project="/proj/app")).fact.accepted == is_accepted
    told = held.add("The tests run with make.", INLINE, PROJECT).fact
    (fact,) = held.accept([told.id], HERE)
    assert fact.accepted
    assert held.get(told.id) == fact
    assert held.accept([told.id], HERE) == [fact]
    assert [change.what for change in held.history(told.id)] == ["added", "accepted"]
    with pytest.raises(Unknown):
        held.accept([told.id, "00000000"], HERE)


def test_what_a_model_tells_again_changes_nothing_and_the_user_has_the_last_word(tmp_path: Path) -> None:
    held = memory(tmp_path)
    mine = held.add("Use pnpm here.", HERE, PROJECT, NOW + DAY).fact
    again = held.add("use pnpm, here", INLINE, PROJECT).fact
    assert (again.id, again.text, again.expires, again.seen) == (mine.id, mine.text, NOW + DAY, 2)
    theirs = held.add("Run 'make test'!", INLINE, PROJECT).fact
    mine = held.add("run make test", HERE, PROJECT).fact
    assert (mine.id, mine.text, mine.accepted, mine.origin) == (theirs.id, "run make test", True, INLINE)


def test_what_a_model_changes_is_no_longer_accepted_and_it_replaces_nothing(tmp_path: Path) -> None:
    held = memory(tmp_path)
    fact = held.add("Use pnpm here.", HERE, PROJECT).fact
    for refused in (
        lambda: held.add("Use npm.", INLINE, PROJECT, replaces=[fact.id]),
        lambda: held.edit(held.add("Use yarn.", INLINE, PROJECT).fact.id, INLINE, replaces=[fact.id]),
    ):
        with pytest.raises(Refused, match="takes the place of nothing"):
            refused()
    assert held.get(fact.id) == fact
    assert held.edit(fact.id, HERE, expires=NOW + DAY).accepted
    assert not held.edit(fact.id, INLINE, text="Use npm here.").accepted
    assert not held.edit(fact.id, HERE, expires=None).accepted
    assert held.edit(fact.id, HERE, text="Use pnpm there.").accepted
    assert not held.edit(fact.id, INLINE, scope=USER).accepted


def test_what_was_learnt_and_forgotten_is_known_as_such(tmp_path: Path) -> None:
    held = memory(tmp_path)
    rule, learnt = "Use `rg`, not `grep`.", Origin("learn", project="/proj/app")
    assert held.standing(rule, "/proj/app") == "new"
    fact = held.add(rule, learnt, PROJECT).fact
    assert held.standing("use rg, not grep", "/proj/app") == "known"
    assert held.standing(rule, "/proj/other") == "new"
    held.forget([fact.id])
    assert held.standing(rule, "/proj/app") == "forgotten"
    held.forget([held.add(rule, HERE, PROJECT).fact.id])
    held.add(rule, HERE, USER)
    assert held.standing(rule, "/proj/app") == "known"
