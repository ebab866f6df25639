"""Answers are read behind the requests' back, and only when they have ended."""

import json
from pathlib import Path

import pytest

from headroom.dialects import anthropic
from headroom.memory import PROJECT, USER, Origin
from headroom.memory.listening import Listener
from headroom.proxy.streams import Tee
from tests.core.memory.made import memory

WHERE = Origin("hand", "claude", "/proj/app", "20261121-1")
TEXT = "<memory>\n- Tests run with make test.\n</memory>\n<memory scope=user>Answer in English.</memory>\n"


def stream(text: str, size: int) -> bytes:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    events = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": p}} for p in pieces
    ]
    return b"".join(b"event: x\ndata: " + json.dumps(event).encode() + b"\n\n" for event in events)


class Heard:
    def __init__(self, root: Path, origin: Origin = WHERE) -> None:
        self.said: list[tuple[str, str]] = []
        self.root = root
        self.listener = Listener(memory(root), origin, lambda where, what: self.said.append((where, what)))

    def hear(self, data: bytes, step: int = 1 << 20, content_type: str = "text/event-stream") -> None:
        tee = Tee(anthropic, content_type, "", hearing=self.listener.begin("anthropic"))
        for at in range(0, len(data), step):
            tee.feed(data[at : at + step])
        tee.end()
        tee.end()

    def facts(self) -> list[tuple[str, str]]:
        self.listener.close(30)
        return sorted((fact.text, fact.scope) for fact in memory(self.root).list(anywhere=True))


EXPECTED = [("Answer in English.", USER), ("Tests run with make test.", PROJECT)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_facts_are_kept_however_the_text_is_split(tmp_path: Path, size: int) -> None:
    heard = Heard(tmp_path)
    heard.hear(stream(TEXT, size), step=13)
    assert heard.facts() == EXPECTED
    (fact, _) = memory(tmp_path).list("/proj/app")
    assert (fact.origin, fact.seen, heard.said) == (Origin("inline", "claude", "/proj/app", "20261121-1"), 1, [])


def test_an_answer_without_a_stream_and_one_that_breaks_off(tmp_path: Path) -> None:
    heard = Heard(tmp_path)
    whole = {"type": "message", "content": [{"type": "text", "text": TEXT}]}
    heard.hear(json.dumps(whole).encode(), content_type="application/json")
    heard.hear(stream(TEXT, 5)[:-30])
    heard.hear(stream("<memory>never closed", 5))
    assert heard.facts() == EXPECTED


def test_what_is_too_large_or_says_nothing_is_not_looked_into(tmp_path: Path) -> None:
    heard = Heard(tmp_path)
    heard.hear(stream(TEXT + "x" * (5 << 20), 1 << 16))
    heard.hear(b"")
    heard.hear(stream("no facts", 3))
    assert heard.facts() == []
    assert not (tmp_path / "memory").exists()


def test_without_a_project_only_the_users_own_facts_are_kept(tmp_path: Path) -> None:
    heard = Heard(tmp_path, Origin("hand", "service"))
    heard.hear(stream(TEXT, 50))
    assert heard.facts() == [("Answer in English.", USER)]
    assert heard.said == [("memory", "a fact in an answer is of no known project")]


def test_what_goes_wrong_is_said_and_nothing_is_disturbed(tmp_path: Path) -> None:
    (tmp_path / "memory").write_text("in the way")
    heard = Heard(tmp_path)
    heard.hear(stream(TEXT, 50))
    heard.hear(stream("<memory>ghp_" + "a1B2c3D4e5" * 4 + "</memory>", 50))
    heard.listener.close(30)
    assert [where for where, _ in heard.said] == ["memory", "memory"]
    assert not any("a1B2" in what for _, what in heard.said)


def test_a_damaged_memory_does_not_end_the_reading(tmp_path: Path) -> None:
    before = Heard(tmp_path)
    before.hear(stream(TEXT, 50))
    assert before.facts() == EXPECTED
    (file,) = (tmp_path / "memory").glob("*.sqlite3")
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE", b"CREATE\x9aTABLE"))  # SQLite's error is no UTF-8
    heard = Heard(tmp_path)
    for answer in ("Deploy with make ship.", "Lint with make lint."):
        heard.hear(stream(f"<memory>{answer}</memory>", 50))
    heard.listener.close(30)
    is_mended = not heard.said
    assert is_mended or [where for where, _ in heard.said] == ["memory", "memory"]
