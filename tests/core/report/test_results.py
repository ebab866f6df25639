"""Tool results, each counted once, by tool and by what was made of them."""

import pytest

from headroom.report import AskedAgain, overview_of, summarise
from headroom.session_log.events import BlockLine, Retrieve
from tests.core.report.made import T, block, request, session, summary_of


def test_a_block_counts_once_however_often_a_process_meets_it_anew() -> None:
    first = request(1, block("a", 900, 90, "logs"), block("b", 50, 50, reason="floor"))
    again = request(2, block("a", 900, 90, "logs"), block("b", 50, 50, reason="floor"), block("c", 10, 1, "logs"))
    resumed = session(again, id="s2")
    for summary in (summary_of(first, again), summarise([session(first), resumed])):
        assert (summary.blocks.seen, summary.blocks.shortened) == (3, 2)
        assert (summary.blocks.before, summary.blocks.after) == (910, 91)
        assert dict(summary.unchanged) == {"floor": 1}


def test_blocks_by_tool_and_compressor() -> None:
    summary = summary_of(
        request(
            1,
            block("a", 900, 90, "logs", lossless=False),
            block("b", 800, 400, "json_rows", "Grep"),
            block("c", 300, 300, tool="Read", reason="protected"),
            block("d", 700, 700, tool="Read", reason="retrieved", retrieval=True),
            block("e", 9, 9, tool=""),
            block("f", 1000, 10, "logs", new=False),
        )
    )
    assert {name: (b.seen, b.lossless, b.lossy, b.retrieved) for name, b in summary.by_tool.items()} == {
        "Bash": (1, 0, 1, 0),
        "Grep": (1, 1, 0, 0),
        "Read": (2, 0, 0, 1),
        "unknown": (1, 0, 0, 0),
    }
    assert {name: (b.before, b.after) for name, b in summary.by_compressor.items()} == {
        "logs": (900, 90),
        "json_rows": (800, 400),
    }
    assert summary.blocks.saved_percent == pytest.approx(100 * 1210 / 1700)
    assert summary.blocks.retrieved_tokens == 700
    assert dict(summary.unchanged) == {"protected": 1, "unknown": 1}


class Named(BlockLine):
    """A line that tells the key of its original."""

    original = "0a"


def test_the_compressors_whose_originals_were_asked_for_again() -> None:
    lines = (
        Named("a", "Bash", "logs", 900, 90, lossless=False),
        Named("b", "Bash", "logs", 800, 80, lossless=False),
        Named("c", "Bash", "json_rows", 800, 80),
        block("d", 700, 70, "search", lossless=False),
    )
    gone = Retrieve(T, "0a", query=False, hit=False)
    for event, asked in ((gone, 0), (gone._replace(hit=True), 2)):
        found = overview_of([session(request(1, *lines), event)]).retrievals.compressors
        assert found == {"logs": AskedAgain(lossy=2, asked=asked)}


def test_an_original_that_another_session_asked_for_was_not_asked_for_here() -> None:
    """The same text in two sessions is one original, which each of them may ask for."""
    hit = Retrieve(T, "0a", query=False, hit=True)
    first = session(request(1, block("a", 900, 90, "logs", lossless=False, original="0a")))
    other = session(request(1, block("b", 900, 90, "logs", lossless=False, original="0a")), hit, id="s2")
    found = overview_of([first, other]).retrievals.compressors
    assert found == {"logs": AskedAgain(lossy=2, asked=1)}


def test_an_original_that_a_resumed_session_asked_for_was_asked_for() -> None:
    hit = Retrieve(T, "0a", query=False, hit=True)
    line = block("a", 900, 90, "logs", lossless=False, original="0a")
    found = overview_of([session(request(1, line)), session(request(1, line), hit, id="s2")])
    assert found.retrievals.compressors == {"logs": AskedAgain(lossy=1, asked=1)}


def test_a_block_that_was_audited_first_counts_once_more_when_it_is_shortened() -> None:
    line = block("a", 900, 90, "logs")
    audited = request(1, line)._replace(mode="audit")
    for order in ((audited, request(2, line)), (request(1, line), audited._replace(n=2))):
        summary = summary_of(*order, request(3, line))
        assert (summary.blocks.shortened, summary.audited_blocks.shortened) == (1, 1)
        assert summary.by_tool["Bash"].before == 900


def test_blocks_of_a_retried_request_went_out_as_they_came() -> None:
    summary = summary_of(request(1, block("a", 900, 90, "logs"))._replace(retried=True))
    assert (summary.retried, summary.blocks.seen) == (1, 0)
