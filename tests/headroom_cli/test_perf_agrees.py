"""Whatever shows a figure shows the same one: JSON, the terminal, the page, a line of --watch, the dashboard."""

import io

import pytest
from rich.console import Console

from headroom import session_log
from headroom.dashboard.board import Board
from headroom.dashboard.view import live
from headroom.dashboard.visible import visible
from headroom.pricing import PICO
from headroom.report import Overview
from headroom_cli.figures import money, percent
from headroom_cli.perf_html import as_html
from headroom_cli.perf_json import overview_json
from headroom_cli.perf_print import print_full
from headroom_cli.perf_watch import line_of
from tests.headroom_cli.perf_cases import CASES, MADE, NAMES, told

SETS = [(name,) for name in NAMES] + [tuple(NAMES)]


@pytest.fixture(params=SETS, ids="+".join)
def names(request: pytest.FixtureRequest) -> tuple[str, ...]:
    found: tuple[str, ...] = request.param
    return found


def test_what_people_read_is_what_machines_read(names: tuple[str, ...]) -> None:
    overview = told(*names)
    total, data = overview.summary.total, overview_json(overview)
    out = io.StringIO()
    print_full(overview, Console(file=out, width=200))
    texts = [out.getvalue(), as_html(overview, MADE), line_of(overview)]
    if total.with_usage:
        assert data["cache_hit_percent"] == round(total.cache_hit_percent, 2)
        assert all(percent(total.cache_hit_percent) in text for text in texts)
        assert f"{data['tokens']['billed']:,} billed" in texts[0]
    if total.priced:
        assert data["usd"]["paid"] == round(total.paid / PICO, 6)
        assert f"{money(total.paid, total.would_have_paid)[0]} paid" in texts[0]
        assert all(money(abs(total.net_saved))[0] in text for text in texts)
    assert not any(word in text for text in texts for word in ("nan", "None"))


def test_the_dashboard_says_the_same(names: tuple[str, ...]) -> None:
    overview = told(*names)
    shown, data = live(board(names), "month", overview.summary.ended or 0.0), overview_json(overview)
    total = shown["total"]
    assert (total["requests"], total["billed"], total["saved"]) == (
        data["requests"],
        data["tokens"]["billed"],
        data["tokens"]["saved"],
    )
    assert total["saved_percent"] == round(overview.summary.total.saved_percent, 1)
    if data["usd"]:
        assert (total["usd"], total["usd_paid"]) == (data["usd"]["saved"], data["usd"]["paid"])
    assert total["added_ms"] == (round(data["added_ms"]["p50"], 1) if overview.added.count else None)
    assert sum(each["times"] for each in total["troubles"]) == data["errors"]
    assert total["left_alone"] == data["guard"]["conversations"]
    assert total["unpriced"] == [visible(model) for model in sorted(data["unpriced_tokens"])]
    assert {row["cause"]: (row["times"], row["tokens"], row["usd"]) for row in shown["losses"]} == {
        cause: (miss["turns"], miss["tokens"], miss["extra_usd"])
        for cause, miss in data["caching"]["misses"].items()
    }
    assert {row["tool"]: (row["seen"], row["before"], row["after"]) for row in shown["tools"]} == {
        visible(name): (blocks["seen"], blocks["tokens_before"], blocks["tokens_after"])
        for name, blocks in data["tools"].items()
    }


def board(names: tuple[str, ...]) -> Board:
    """Return the board of logs that are read newest first, as the proxy reads them."""
    found = Board()
    logs = sorted((log for name in names for log in (CASES / name).glob("*.jsonl")), reverse=True)
    for log in logs:
        for event in session_log.read(log).events:
            found.add(log.stem, event)
    return found


def test_nothing_is_told_of_nothing() -> None:
    data = overview_json(Overview())
    assert (data["usd"], data["tokens"]["saved_percent"], data["cache_hit_percent"]) == (None, 0.0, 0.0)
    assert live(Board(), "day", 0.0)["total"]["usd"] is None
