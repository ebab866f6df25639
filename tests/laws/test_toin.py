"""What lookups teach holds for conversations that begin later; one that has begun does not move by a byte."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import tokens
from headroom.conversation import foresee, text_block
from headroom.dialects import anthropic
from headroom.pipeline import Pipeline
from headroom.policy import Policy
from headroom.session_log import events
from headroom.store import SqliteMemo, SqliteStore
from headroom.toin import Lookup, folder, report
from headroom.toin.book import FILE, Book
from tests.laws.conversations import requests
from tests.laws.test_prefix_purity import assert_prefixes, without_breakpoints
from tests.laws.toin_desk import DAY, MAKES, TOOL, Proxy, conversation, last, parcels, steps, texts
from tests.provider.app import Provider
from tests.provider.script import Call, Json, Turn
from tests.provider.view import view
from tests.wire.clients import APIS, Client
from tests.wire.clients import TOOL as CLIENT_TOOL
from tests.wire.running import running_proxy, until

RETRIEVE = "headroom_retrieve"
KINDS = st.lists(st.sampled_from(sorted(MAKES)), min_size=1, max_size=4)


@contextlib.contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process writes into the book, and does not end."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("begins", [False, True])
def test_a_book_that_another_holds_stops_no_request(tmp_path: Path, begins: bool) -> None:
    proxy = Proxy(tmp_path)
    bodies = list(requests(conversation(["parcels", "log", "parcels"])))
    sent = [proxy.send(body).body for body in bodies[: 2 if begins else 0]]
    proxy.send(last(conversation(["parcels"], 9), "earlier"))
    proxy.teach(2)
    proxy.toin.flush()
    with held(Book(folder(tmp_path)).file):
        sent += [Proxy(tmp_path).send(body).body for body in bodies[len(sent) :]]
    assert_prefixes(sent)
    assert sent[-1] != bodies[-1]


@settings(max_examples=12, deadline=None)
@given(KINDS, st.booleans(), st.data())
def test_a_conversation_does_not_move_by_advice(kinds: list[str], begins: bool, data: st.DataObject) -> None:
    with TemporaryDirectory() as home:
        proxy = Proxy(Path(home))
        if begins:  # with advice in force
            proxy.send(last(conversation(["parcels", "log"], 9), "earlier"))
            proxy.teach(data.draw(st.integers(0, 2)))
        bodies = list(requests(conversation(kinds)))
        sent = []
        for body, holds in zip(bodies, steps(data, proxy, len(bodies)), strict=True):
            sent.append(holds.send(body).body)
        assert_prefixes(sent)
        again = Proxy(Path(home))
        again.teach(2)
        assert again.send(bodies[-1]).body == sent[-1], "from nothing, in another process, under other advice"
        for it in (holds, again):
            it.toin.flush()  # nothing is written into a folder that goes


def test_a_new_conversation_follows_what_was_learnt(tmp_path: Path) -> None:
    """The law above would hold for advice that nobody follows, too."""
    proxy = Proxy(tmp_path)
    before = proxy.send(last(conversation(["parcels"]), "a")).body
    assert "tracking_uuid" in texts(before)[0].partition("; all of it")[0], "it says that it is not shown"
    proxy.teach()
    after = Proxy(tmp_path).send(last(conversation(["parcels"]), "b")).body
    header = next(line for line in texts(after)[0].split("\n") if line.startswith("#\t"))
    assert "tracking_uuid" in header.split("\t")
    assert Proxy(tmp_path).send(last(conversation(["parcels"]), "a")).body == before
    proxy.teach(2, does_keep=False)
    roomier = texts(Proxy(tmp_path).send(last(conversation(["parcels"]), "c")).body)
    assert len(roomier[0]) > 1.4 * len(texts(before)[0])
    proxy.teach(1, does_keep=False)
    Book(folder(tmp_path)).reset()
    assert texts(Proxy(tmp_path).send(last(conversation(["parcels"]), "d")).body) == texts(before)


@pytest.mark.parametrize("restarts", [False, True])
def test_new_results_of_a_running_conversation_follow_what_it_began_with(tmp_path: Path, restarts: bool) -> None:
    bodies = list(requests(conversation(["parcels", "parcels", "parcels"])))
    plain = [texts(Proxy(tmp_path / "untaught").send(body).body) for body in bodies]
    proxy = Proxy(tmp_path / "taught")
    proxy.send(bodies[1])
    proxy.teach(2)
    proxy = Proxy(tmp_path / "taught") if restarts else proxy
    sent = texts(proxy.send(bodies[-1]).body)
    assert [text.replace("/taught/", "/untaught/") for text in sent] == plain[-1]


def test_lookups_of_the_model_teach(tmp_path: Path) -> None:
    """The whole way round: forms go out, the model reads in originals for a field, the next session shows it."""
    proxy = Proxy(tmp_path)
    for n in range(4):
        messages = conversation(["parcels"], n)
        shown = texts(proxy.send(last(messages, f"s{n}")).body)[0]
        proxy.toin.flush()
        path = shown.partition("all of it: ")[2].partition("]")[0]
        look = {"type": "tool_use", "id": "g", "name": "Bash", "input": {"command": f"jq .tracking_uuid {path}"}}
        back = {"type": "tool_result", "tool_use_id": "g", "content": "0f" * 16}
        messages += [{"role": "assistant", "content": [look]}, {"role": "user", "content": [back]}]
        changes = proxy.send(last(messages, f"s{n}")).changes()
        proxy.toin.flush()
        assert [change.asked for change in changes if change.retrieval] == [Path(path).stem]
    (row,) = report(tmp_path, DAY)
    assert (row.kind, row.forms, row.looked_up, len(row.keep)) == ("json_rows", 4, 4, 1)
    fresh = texts(Proxy(tmp_path).send(last(conversation(["parcels"], 7), "s7")).body)[0]
    assert str(json.loads(parcels(700))[0]["tracking_uuid"]) in fresh


def test_a_fork_under_another_name_keeps_the_advice_of_what_it_shares(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path)
    messages = conversation(["parcels", "log", "parcels"])
    bodies = [json.loads(body) for body in requests(messages)]

    def named(number: int, session: str) -> bytes:
        request: dict[str, Any] = bodies[number]
        rest = {name: value for name, value in request.items() if name != "metadata"}
        return json.dumps(rest | {"metadata": {"user_id": session}}).encode()  # behind the messages

    sent = [proxy.send(named(1, "s1")).body]
    proxy.teach(2)
    sent += [proxy.send(named(2, "s2")).body]
    sent += [Proxy(tmp_path).send(named(3, "s2")).body]
    assert_prefixes(sent)


def test_processes_that_learn_at_once_agree_on_what_has_begun(tmp_path: Path) -> None:
    one, two = Proxy(tmp_path), Proxy(tmp_path)
    bodies = list(requests(conversation(["parcels", "parcels", "log", "parcels"])))
    sent = [one.send(bodies[0]).body, two.send(bodies[1]).body]
    one.teach(1)
    two.teach(2)
    sent += [two.send(bodies[2]).body, one.send(bodies[3]).body]
    assert_prefixes(sent)


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_no_advice_and_one_line(tmp_path: Path, damage: bytes) -> None:
    proxy = Proxy(tmp_path)
    plain = texts(proxy.send(last(conversation(["parcels"]), "a")).body)
    proxy.teach()
    (folder(tmp_path) / FILE).write_bytes(damage)
    other = Proxy(tmp_path)
    for session in "bc":
        assert texts(other.send(last(conversation(["parcels"]), session)).body) == plain
    other.toin.flush()
    other.toin.flush()
    assert len(other.said) <= 1
    other.send(last(conversation(["parcels"], 3), "d"))
    other.toin.flush()
    assert report(tmp_path, DAY), "and it learns again"


def test_a_folder_that_cannot_be_used_costs_nothing_but_the_advice(tmp_path: Path) -> None:
    folder(tmp_path).parent.mkdir(exist_ok=True)
    folder(tmp_path).write_text("a file in its place")
    proxy = Proxy(tmp_path)
    outcome = proxy.send(last(conversation(["parcels"]), "a"))
    proxy.toin.flush()
    assert outcome.is_changed
    assert not outcome.errors
    assert len(proxy.said) == 1


def test_nothing_is_different_where_nothing_was_learnt(tmp_path: Path) -> None:
    store, memo = SqliteStore(tmp_path / "b"), SqliteMemo(tmp_path / "b")
    without = Pipeline(Policy(), store, memo, tokens.count, str(store.originals))
    proxy = Proxy(tmp_path / "a")
    for body in requests(conversation(["parcels", "log"])):
        ours = without_breakpoints(proxy.send(body).body)
        theirs = without_breakpoints(without.transform(body, anthropic).body)
        assert json.dumps(ours).replace(str(proxy.store.originals), "") == json.dumps(theirs).replace(
            str(store.originals), ""
        )


def test_the_library_takes_no_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path))
    block = text_block(parcels(0), TOOL)
    before = foresee([block], [""], Policy())
    proxy = Proxy(tmp_path)
    proxy.send(last(conversation(["parcels"]), "a"))
    proxy.teach(2)
    assert foresee([block], [""], Policy()) == before


def test_neither_names_nor_values_are_kept(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path)
    proxy.send(last(conversation(["parcels", "log"]), "user-7"))
    proxy.toin.flush()
    for file in proxy.store.originals.glob("*.txt"):
        proxy.toin.retrieved(Lookup(file.stem, '{"query": "tracking_uuid of P-0-7, ERROR worker"}', "some answer"))
    proxy.toin.flush()
    held = b"".join(file.read_bytes() for file in folder(tmp_path).iterdir())
    assert len(held) > 1000
    for secret in (b"tracking_uuid", b"remark", b"P-0", b"mcp__", b"depot", b"neighbour", b"ERROR", b"user-7"):
        assert secret not in held
    assert all(file.stat().st_mode & 0o077 == 0 for file in (folder(tmp_path), *folder(tmp_path).iterdir()))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    return tmp_path / "state"


def wants_a_hash(request: Json, _number: int) -> Turn:
    """Calls the client's tool; looks up the hash of the first row where the listing does not show it."""
    seen = view(request)
    if not seen.calls:
        return Turn("I look.", calls=(Call(CLIENT_TOOL, {"page": 1}),))
    marked = seen.results[-1].text.partition(f"all of it: {RETRIEVE} ")
    if len(seen.calls) == 1 and "not shown: tracking_uuid" in marked[0]:
        return Turn("Hm.", calls=(Call(RETRIEVE, {"hash": marked[2][:12], "query": "tracking_uuid P-1-0"}),))
    return Turn("Done: " + seen.results[-1].text[:3000])


async def test_the_proxy_learns_from_its_tool(home: Path) -> None:
    async with Provider(wants_a_hash) as provider:
        flags: dict[str, Any] = {
            "upstream.anthropic": provider.url,
            "retrieval.mode": "tool",
            "compress.deadline_ms": 60_000,
        }
        asked = []
        for session in range(5):  # each in a proxy of its own, as `headroom wrap` has it
            async with running_proxy(provider.url, home, **flags) as proxy:
                client = Client(APIS["anthropic"], proxy.url, stream=True)
                reply = await client.say(f"Where is the first one, {session}?")
                listing = parcels(session)
                reply = await client.answer(reply, listing)
                assert str(json.loads(listing)[0]["tracking_uuid"]) in reply.text or session < 3
                asked.append(len(proxy.events(events.Retrieve)))
                await until(lambda: sum(row.looked_up for row in report(home)) == sum(asked))
        assert asked == [1, 1, 1, 0, 0]
        assert not provider.problems


async def test_a_proxy_that_shall_not_learn_does_not(home: Path) -> None:
    async with Provider(wants_a_hash) as provider:
        flags: dict[str, Any] = {
            "upstream.anthropic": provider.url,
            "retrieval.mode": "tool",
            "compress.deadline_ms": 60_000,
            "toin.enabled": False,
        }
        async with running_proxy(provider.url, home, **flags) as proxy:
            client = Client(APIS["anthropic"], proxy.url, stream=True)
            reply = await client.say("Where is the first one?")
            await client.answer(reply, parcels(1))
            assert len(proxy.events(events.Retrieve)) == 1
    assert not folder(home).exists()
