"""What our own logs tell of tools: too much was left out, or too much came."""

from collections.abc import Sequence

from headroom.learn.finders import compressions
from headroom.session_log import Session
from headroom.session_log.events import BlockLine, Event, Request, Retrieve, Start


def short(key: str, tool: str = "mcp__db__query", before: int = 3000) -> BlockLine:
    return BlockLine(key, tool, "json", before, 400, lossless=False, original=f"of {key}")


def back(key: str, of: str, tokens: int = 3000) -> BlockLine:
    return BlockLine(key, "Read", "", tokens, tokens, retrieval=True, original=f"of {of}")


def log(*requests: Sequence[BlockLine], identity: str = "a", mode: str = "optimize") -> Session:
    events: list[Event] = [Start(1.0, identity, "claude", "/p")]
    events += [
        Request(2.0 + n, n, conversation="c", status=200, blocks=tuple(row), mode=mode)
        for n, row in enumerate(requests)
    ]
    return Session(identity, events, 0)


def test_a_tool_whose_outputs_are_asked_for_again() -> None:
    (finding,) = compressions([log([short("1")], [back("2", "1")], [short("3")], [back("4", "3")], [short("5")])])
    assert finding.kind == "retrieved"
    assert finding.subject == "mcp__db__query"
    assert finding.rule == (
        'Keep the output of `mcp__db__query` whole (`compress.tools."mcp__db__query" = "lossless"`): '
        "2 of 3 were asked for again."
    )
    assert finding.facts["setting"] == 'compress.tools."mcp__db__query" = "lossless"'
    assert (finding.wasted, finding.project, len(finding.evidence)) == (6000, "/p", 2)
    assert (finding.evidence[0].session, finding.evidence[0].turn, finding.evidence[0].t) == ("a", 2, 3.0)


def test_the_original_tells_which_output_came_back_however_large_it_is() -> None:
    rows = [
        [short(f"a{n}", "Grep", 900), short(f"b{n}", "Bash", 5000), back(f"c{n}", f"a{n}", 5000)] for n in range(3)
    ]
    (finding,) = compressions([log(*rows)])
    assert (finding.subject, finding.wasted) == ("Grep", 15_000)


def test_an_output_that_is_asked_for_often_counts_once() -> None:
    rows = [short("1"), short("2"), back("3", "1"), back("4", "1"), back("5", "1")]
    assert compressions([log(rows)]) == []
    (finding,) = compressions([log([*rows, back("6", "2")])])
    assert (len(finding.evidence), finding.facts["shortened"]) == (2, "2")


def test_a_command_in_another_session_is_charged_to_the_tool_too() -> None:
    asked = [Start(9.0, "b", "", "/elsewhere")] + [Retrieve(9.0, f"of {n}", False, True, 70) for n in (1, 2, 2)]
    (finding,) = compressions([log([short("1"), short("2")]), Session("b", asked, 0)])
    assert (finding.project, finding.wasted, len(finding.evidence)) == ("/p", 140, 2)
    missed = [event._replace(hit=False) for event in asked if isinstance(event, Retrieve)]
    assert compressions([log([short("1"), short("2")]), Session("b", missed, 0)]) == []


def test_a_retrieval_now_and_then_is_how_it_is_meant() -> None:
    many = [short(f"k{n}") for n in range(40)]
    assert compressions([log(many, [*many, back("x", "k1"), back("y", "k2")])]) == []
    assert compressions([log([short("1")], [back("2", "1")])]) == []


def test_what_was_only_audited_or_seen_before_does_not_count() -> None:
    rows = ([short("1")], [back("2", "1")], [short("3")], [back("4", "3")])
    assert compressions([log(*rows, mode="audit")]) == []
    (once,), (twice,) = compressions([log(*rows)]), compressions([log(*rows), log(*rows, identity="b")])
    assert once == twice


def test_a_tool_of_huge_outputs() -> None:
    huge = [BlockLine(f"h{n}", "mcp__github__list", "", 12_000, 12_000) for n in range(3)]
    (finding,) = compressions([log(huge)])
    assert (finding.kind, finding.rule) == (
        "huge-output",
        "Ask `mcp__github__list` for less: 3 outputs were about 12,000 tokens each.",
    )
    assert compressions([log([BlockLine(f"h{n}", "Bash", "", 12_000, 12_000) for n in range(3)])]) == []
