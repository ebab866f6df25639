"""What holds of every reader: nothing in a file makes it raise, and it keeps no more than its transcript."""

import copy
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headroom.learn.transcripts import READERS, read
from tests.core.learn.transcripts.lines import written
from tests.learning.kept import CORPUS, HERE

REAL = {file.parent.name: file for file in sorted((HERE / CORPUS).glob("*/*.jsonl"))}
AGENTS = sorted(set(READERS) - {"opencode"})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "id", "text", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value within a value."""
    yield at
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(inner, (*at, key))


def put(record: Any, at: tuple[Any, ...], value: Any) -> Any:
    if not at:
        return value
    changed = copy.deepcopy(record)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed


RECORDS = {
    name: [json.loads(line) for line in REAL[name].read_text(encoding="utf-8").split("\n") if line]
    for name in AGENTS
}
WAYS = {
    name: [(number, at) for number, record in enumerate(records) for at in places(record)]
    for name, records in RECORDS.items()
}


@pytest.mark.parametrize("agent", AGENTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_of_another_shape_makes_a_reader_raise(agent: str, data: st.DataObject, tmp_path: Path) -> None:
    records = list(RECORDS[agent])
    for number, at in data.draw(
        st.lists(st.sampled_from(WAYS[agent]), min_size=1, max_size=8, unique_by=lambda way: way[0])
    ):
        records[number] = put(records[number], at, data.draw(JSON))
    list(read(agent, written(tmp_path / "x.jsonl", records)))


@pytest.mark.parametrize("agent", AGENTS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_makes_a_reader_raise(agent: str, data: st.DataObject, tmp_path: Path) -> None:
    text = REAL[agent].read_bytes()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3000)))
    file = tmp_path / "x.jsonl"
    file.write_bytes(text[:start] + data.draw(st.binary(max_size=20)) + text[end:])
    list(read(agent, file))


def test_a_large_file_is_not_held(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        for number in range(300):
            use = {"type": "tool_use", "id": f"t{number}", "name": "Bash", "input": {"command": "make"}}
            result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": "short"}
            yield json.dumps({"type": "assistant", "uuid": f"a{number}", "message": {"content": [use]}})
            more = {"toolUseResult": {"stdout": "y" * 100_000}}
            yield json.dumps({"type": "user", "uuid": f"b{number}", "message": {"content": [result]}} | more)

    file = written(tmp_path / "s.jsonl", list(lines()))
    assert file.stat().st_size > 30_000_000
    tracemalloc.start()
    (transcript,) = read("claude", file)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(transcript.entries) == 300
    assert peak_bytes < 3_000_000
