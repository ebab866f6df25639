"""What is printed, as golden files in tests/fixtures/show: UPDATE_GOLDEN=1 writes them anew."""

import io
import re
from datetime import UTC, date, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console

from headroom.report import Account, Overview, overview_of
from headroom.session_log import Session
from headroom.session_log.events import Event, Request, Start, UsageLine
from headroom_cli import perf_print
from headroom_cli.perf_html import as_html
from headroom_cli.perf_tables import TABLES, table
from tests.headroom_cli.perf_cases import MADE, NAMES, assert_golden, terminal, told

TODAY = date(2026, 11, 20)
T = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
WEEK = datetime(2026, 11, 14, tzinfo=UTC).timestamp()


def short(width: int, *, colours: bool = False) -> str:
    to, out = terminal(width, colours=colours)
    perf_print.print_short(told("weeks", last=1), told("weeks", since=WEEK), TODAY, to)
    return out.getvalue()


def full(overview: Overview, width: int, *, colours: bool = False) -> str:
    to, out = terminal(width, colours=colours)
    perf_print.print_full(overview, to)
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_what_is_told_by_default(width: int) -> None:
    assert_golden(f"weeks/short-{width}.txt", short(width))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_all_of_it(width: int) -> None:
    assert_golden(f"weeks/full-{width}.txt", full(told("weeks"), width))


@pytest.mark.parametrize("name", NAMES)
def test_all_of_a_session(name: str) -> None:
    assert_golden(f"{name}/full.txt", full(told(name), 80))


def test_many_sessions_are_shown_as_one() -> None:
    assert_golden("together-full.txt", full(told("saved", "cost", "unpriced"), 80))


@pytest.mark.parametrize("name", [*NAMES])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks(name: str, width: int) -> None:
    for line in full(told(name), width).splitlines() + short(width).splitlines():
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_the_default_is_short_and_the_most_important_comes_first() -> None:
    lines = short(80).splitlines()
    assert len(lines) < 20
    assert "saved 21.4 %" in lines[1]


def test_without_colours_the_text_is_the_same() -> None:
    coloured = full(told("weeks"), 120, colours=True) + short(80, colours=True)
    assert "\x1b[32m" in coloured and "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == full(told("weeks"), 120) + short(80)


@pytest.mark.parametrize("name", TABLES)
def test_one_table(name: str) -> None:
    to, out = terminal(200)
    perf_print.print_one(table(told("weeks", last=1), name), told("weeks", last=1), to)
    assert out.getvalue().strip()
    to, out = terminal(80)
    perf_print.print_one(table(Overview(), name), Overview(), to)
    assert out.getvalue().endswith(": nothing\n")


def test_many_days_are_told_by_the_week() -> None:
    assert perf_print.over_time(told("weeks")).name == "day"
    overview = Overview(by_day={date(2026, 1, day): Account() for day in range(1, 31)})
    assert perf_print.over_time(overview).name == "week"


def test_a_loss_is_said_in_words() -> None:
    text = full(told("weeks"), 120)
    (line,) = (line for line in text.splitlines() if line.startswith(" 2026-11-11"))
    assert "-$0.012" in line and line.endswith("▒ dearer")
    assert perf_print.net_words(told("cost").summary.total) == "≈ $0.018 dearer (13.2 %), ≈ 55,272 tokens more"
    unpriced = told("unpriced").summary.total
    assert perf_print.net_words(unpriced).endswith(", price unknown") == (not unpriced.priced)


def test_a_terminal_for_ascii_gets_nothing_else() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    to = Console(file=out, width=100)
    perf_print.print_full(told("weeks"), to)
    perf_print.print_short(told("weeks", last=1), told("weeks", since=WEEK), TODAY, to)
    out.flush()
    told_of = raw.getvalue().decode()
    assert "########" in told_of and "- dearer" in told_of and " 7 days " in told_of


def test_days_without_requests_are_no_days_of_a_loss() -> None:
    (line,) = (line for line in short(120).splitlines() if line.startswith(" 7 days"))
    assert re.match(r" 7 days  --█[▁-▇][▁-▇]-█  ≈ \$0\.\d+ saved", line)


def turn(n: int, model: str = "claude-sonnet-4-5", **of_request: object) -> list[Event]:
    asked = Request(T + n, n, "anthropic", model, "ab", 200)._replace(**of_request)  # type: ignore[arg-type]
    return [asked, UsageLine(T + n, n, model, 14, 0, 0, 0, 5)]


def test_a_prompt_too_short_to_be_cached_has_missed_nothing() -> None:
    to, out = terminal(120)
    perf_print.print_full(overview_of([Session("s", [*turn(1), *turn(2)], 0)]), to)
    assert " 0.0 % of the input was read from it; no turn missed what it might have read" in out.getvalue()
    assert "\n too short to be cached " in out.getvalue(), "the table has every cause"


def test_the_share_that_was_read_is_that_of_all_requests() -> None:
    """Also of those that name no conversation, which are nobody's next turn."""
    read = UsageLine(T, 3, "claude-sonnet-4-5", 0, 0, 0, 28, 5)
    alone = [turn(3)[0]._replace(conversation=""), read]  # type: ignore[call-arg]
    overview = overview_of([Session("s", [*turn(1), *turn(2), *alone], 0)])
    to, out = terminal(120)
    perf_print.print_full(overview, to)
    assert overview.caching.hit_percent == 0.0
    assert " 50.0 % of the input was read from it;" in out.getvalue()
    assert "50.0 % of the input was read from it;" in as_html(overview, MADE)


def test_an_agent_that_was_only_audited_is_named_with_the_others() -> None:
    audited = Session("a", [Start(T, "a", "codex", "/a"), *turn(1, mode="audit")], 0)
    overview = overview_of([audited, Session("b", [Start(T, "b", "claude", "/b"), *turn(1)], 0)])
    to, out = terminal(120)
    perf_print.print_full(overview, to)
    assert out.getvalue().startswith(" headroom codex, claude · 2 sessions · 2 requests")
    assert "codex, claude · 2 sessions · 2 requests" in as_html(overview, MADE)


def test_control_characters_of_a_log_reach_nobody() -> None:
    text = full(told("odd"), 80, colours=True)
    assert not re.search(r"[\x00-\x09\x0b-\x1a\x1c-\x1f\u202e]|\x1b(?!\[[\d;]*m)", text)
