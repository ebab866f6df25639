"""Ways in which originals were asked for again, by the policy of their session and the tools that brought them."""

import pytest

from headroom.report import Retrievals, Way, overview_of
from headroom.session_log import Session
from headroom.session_log.events import Event, Retrieve, Start
from tests.core.report.made import T, block, request

HIT, GONE = Retrieve(T, "ab", False, True, 900), Retrieve(T, "cd", True, False, 0)
READ = request(1, block("r1", 800, 800, tool="Read", retrieval=True), block("r2", 50, 50, retrieval=True))
TOOL = request(2, block("t1", 700, 700, tool="mcp__headroom_retrieve", retrieval=True))


def told(retrieval: str, *events: Event) -> Retrievals:
    start = Start(T, "s", "claude", "/a", {}, {"retrieval": retrieval})
    return overview_of([Session("s", [start, *events], 0)]).retrievals


@pytest.mark.parametrize(
    ("retrieval", "events", "ways"),
    [
        ("file", (), {}),
        ("file", (READ,), {"file": Way(2, 0, 850)}),
        ("file", (HIT, GONE), {"command": Way(1, 1, 900)}),
        ("file", (READ, Retrieve(T, "ab", True, True, 50)), {"command": Way(1, 0, 50), "file": Way(1, 0, 800)}),
        ("tool", (HIT, HIT, TOOL), {"stream": Way(2, 0, 1800)}),
        ("mcp", (GONE, TOOL, READ), {"mcp": Way(0, 1, 0), "file": Way(2, 0, 850)}),
    ],
)
def test_originals_are_asked_for_in_many_ways(
    retrieval: str, events: tuple[Event, ...], ways: dict[str, Way]
) -> None:
    found = told(retrieval, *events)
    assert found.ways == ways
    assert found.hits == sum(way.hits for way in ways.values())
    assert found.misses == sum(way.misses for way in ways.values())
