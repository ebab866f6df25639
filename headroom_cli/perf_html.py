"""All of `headroom perf` as one page: no script, nothing fetched, every chart with its figures as a table.

Its own policy tells the browser to run nothing and to fetch nothing, whatever a log has put into a name.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Final

from headroom_cli import perf_charts as charts
from headroom_cli.figures import count, duration, milliseconds, money, percent
from headroom_cli.perf_cells import texts
from headroom_cli.perf_columns import SAVINGS, TEXT, Column, Table
from headroom_cli.perf_markup import Markup, fill, join, tag
from headroom_cli.perf_print import net_words, over_time
from headroom_cli.perf_tables import table
from headroom_cli.show import cache_words

if TYPE_CHECKING:
    from headroom.report import Overview

OURS: Final = '<meta name="generator" content="headroom perf">'
"""Stands in every page of ours, near its beginning."""
_SHOWN: Final = 999
"""Columns for wider terminals than this are not on the page either."""
_SPARE: Final = 70
"""Columns for wider terminals than this are not on narrow screens."""
_BELOW: Final[Mapping[str, Sequence[str]]] = {"project": ("path",), "output": ("session", "model")}
"""Columns that stand below the name instead, by table."""
_BY: Final = ("project", "agent", "model", "upstream", "tool", "compressor")


def as_html(told: "Overview", made: datetime) -> str:
    """Return the page.

    Args:
        made: when, to be told on it.
    """
    parts = [
        ("", _first(told)),
        ("Over time", _over_time(told)),
        ("The bill", _table(table(told, "bill"))),
        ("Prompt cache", _cache(told)),
        ("Lossless and lossy", _table(table(told, "loss"))),
        *((shown.title, _table(shown)) for shown in (table(told, name) for name in _BY)),
        ("Largest outputs", _table(table(told, "output"))),
        ("Originals read back", _table(table(told, "retrieval"))),
        ("Hold-out", _holdout(told)),
        ("Time", _table(table(told, "time"))),
        ("What went wrong", _troubles(told)),
    ]
    parts = [(title, content) for title, content in parts if content]
    titles = [title for title, _ in parts if title]
    sections = [_section(title, content) if title else content for title, content in parts]
    links = [tag("li", tag("a", title, href=f"#{_anchor(title)}")) for title in titles]
    style = (resources.files("headroom_cli") / "perf_page.css").read_text("utf-8")
    frame = (resources.files("headroom_cli") / "perf_page.html").read_text("utf-8")
    return fill(
        frame,
        {
            "title": join(f"headroom: {_lead(told)}"),
            "policy": tag("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
            "style": Markup(f"<style>{style}</style>"),
            "subject": tag("p", _subject(told, made), class_="dim"),
            "contents": tag("nav", tag("ul", *links), aria_label="Contents") if links else Markup(""),
            "main": Markup("\n".join(sections)),
        },
    )


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _section(title: str, content: Markup) -> Markup:
    anchor = _anchor(title)
    return tag("section", tag("h2", title, id=anchor), content, aria_labelledby=anchor)


def _subject(told: "Overview", made: datetime) -> str:
    summary = told.summary
    who = ", ".join(summary.sessions_by_agent) or "no agent"
    what = count(len(summary.ids), "session") if len(summary.ids) != 1 else summary.ids[0]
    parts = [who, what, count(summary.total.requests + summary.audited.requests, "request")]
    if len(told.by_day) > 1:
        parts.append(f"{min(told.by_day)} to {max(told.by_day)}")
    elif summary.began is not None and summary.ended is not None:
        parts.append(duration(summary.ended - summary.began))
    return " · ".join((*parts, f"made {made:%Y-%m-%d %H:%M}"))


def _lead(told: "Overview") -> str:
    """Return the one sentence."""
    total, audited = told.summary.total, told.summary.audited
    if total.with_usage:
        return net_words(total)
    if audited.with_usage:
        return f"audited, nothing was changed: would have been {net_words(audited)}"
    return "no requests whose usage is known"


def _first(told: "Overview") -> Markup:
    summary, total = told.summary, told.summary.total
    style = "bad" if total.net_saved < 0 or total.saved < total.round_trip else "good"
    cards: list[tuple[str, str, str]] = []
    if total.with_usage:
        paid, direct = money(total.paid, total.would_have_paid) if total.priced else ("unknown", "unknown")
        cards += [("Paid", paid, f"≈ {direct} direct" if total.priced else "no price is known")]
        cards += [("Tokens", f"{total.billed_tokens:,}", f"≈ {total.tokens_without_us:,} direct")]
        cards += [("Read from the cache", percent(total.cache_hit_percent), "of the input")]
    if summary.blocks.seen:
        more = f"of {count(summary.blocks.seen, 'tool result')}, {summary.blocks.lossy:,} of them lossy"
        cards += [("Shortened", f"{summary.blocks.shortened:,}", more)]
    if told.added.count:
        cards += [("Added to a request", milliseconds(told.added.p50), f"{milliseconds(told.added.p95)} at p95")]
    unpriced = ", ".join(f"{model} ({tokens:,} tokens)" for model, tokens in total.unpriced.most_common(3))
    return join(
        tag("p", _lead(told), class_=f"lead {style if total.with_usage else ''}".strip()),
        tag("dl", *(_card(*card) for card in cards), class_="cards") if cards else Markup(""),
        tag("p", f"Price unknown, in no money figure: {unpriced}", class_="warn") if unpriced else Markup(""),
    )


def _card(name: str, told: str, more: str) -> Markup:
    return tag("div", tag("dt", name), tag("dd", told), tag("dd", more, class_="more"))


def _over_time(told: "Overview") -> Markup:
    shown = over_time(told)
    if len(shown.rows) < 2:
        return Markup("")
    is_weekly = shown.name == "week"
    step = timedelta(days=7 if is_weekly else 1)
    by = told.by_week if is_weekly else told.by_day
    has_money = told.summary.total.priced > 0
    bars, day = [], min(by)
    while day <= max(by):
        account = by.get(day)
        value = None if account is None else account.net_saved if has_money else account.saved - account.round_trip
        words = "no requests" if account is None or not account.with_usage else net_words(account)
        bars.append(charts.Bar(f"{day}: {words}", value))
        day += step
    what = "money" if has_money else "tokens"
    title = f"Net saved {'a week' if is_weekly else 'a day'}, in {what} (≈); below the line it was dearer."
    best = max((bar for bar in bars if bar.value is not None), key=lambda bar: bar.value or 0)
    figure = tag(
        "figure",
        tag("figcaption", title, tag("span", f" Highest: {best.label}.", class_="dim")),
        charts.columns(f"{title} {min(by)} to {max(by)}; the same as a table below", bars),
        tag("div", tag("span", str(min(by))), tag("span", str(max(by))), class_="ends"),
    )
    return join(figure, tag("details", tag("summary", "The same as a table"), _table(shown)))


def _cache(told: "Overview") -> Markup:
    caching = told.caching
    if not caching.turns:
        return Markup("")
    said = f"{cache_words(told.summary)}; "
    said += f"{caching.held:,} of {count(caching.turns, 'turn')} read all that could be there."
    shown = table(told, "cache")
    advice = [join(tag("dt", str(row[0])), tag("dd", str(row[shown.at("advice")]))) for row in shown.rows]
    listed = tag("dl", *advice, class_="advice") if advice else Markup("")
    return join(tag("p", said), _table(shown), listed)


def _holdout(told: "Overview") -> Markup:
    from headroom.holdout import MIN_CONVERSATIONS

    found = told.summary.holdout
    if not found.held_out:
        return Markup("")
    said = f"Measured against {count(found.held_out, 'conversation')} left alone"
    if found.difference is None:
        said += f": not enough yet ({MIN_CONVERSATIONS} of each are needed, the others are {found.treated:,})."
        return tag("p", said)
    difference, low, high = (f"{100 * share:+.0f} %" for share in (found.difference, found.low, found.high))
    said += f", {found.treated:,} others cost {difference} a turn (95 % interval {low} to {high})."
    label = f"{difference} a turn, between {low} and {high}; the line in the middle is no difference"
    drawn = charts.interval(label, found.low, found.difference, found.high)
    ends = tag("div", tag("span", "← cheaper"), tag("span", "dearer →"), class_="ends")
    return join(tag("p", said), tag("div", drawn, ends, class_="box"))


def _troubles(told: "Overview") -> Markup:
    from headroom.report import troubles

    summary = told.summary
    found = troubles(summary.errors)
    counts = (
        *((each.times, f"{each.said[:1].upper()}{each.said[1:]}{_examples(each.examples)}") for each in found),
        (summary.failed, "Requests that failed at the provider"),
        (summary.retried, "Requests that were sent again unchanged"),
        (summary.guards.total(), "Conversations left alone since they had become dearer"),
        (summary.misses, "Originals that were asked for and gone"),
        (summary.damaged, "Damaged lines of logs, left out"),
    )
    rows = [tag("li", f"{what}: {n:,}") for n, what in counts if n]
    return tag("ul", *rows) if rows else Markup("")


def _examples(found: Sequence[str]) -> str:
    return f" ({'; '.join(found)})" if found else ""


def _table(shown: Table) -> Markup:
    """Return a table with a bar in each row where it has a column for it; nothing where it has no rows."""
    if not shown.rows:
        return Markup("")
    below = [shown.at(name) for name in _BELOW.get(shown.name, ())]
    places = [at for at, row in enumerate(shown.columns) if row.width < _SHOWN and at not in below]
    drawn = shown.at(shown.bar) if shown.bar and len(shown.rows) > 1 else None
    values = [0.0 if drawn is None else float(row[drawn] or 0) for row in shown.rows]
    largest, kind = max(map(abs, values)), "saved" if shown.bar in SAVINGS else "cost"
    heads = [tag("th", shown.columns[at].head, scope="col", class_=_class(shown.columns[at])) for at in places]
    heads += [tag("td")] if largest else []
    rows = []
    for cells, value in zip(texts(shown), values, strict=True):
        row = [tag("th", cells[0], *(tag("span", cells[at], class_="below") for at in below), scope="row")]
        row += [_cell(shown, at, cells[at]) for at in places[1:]]
        row += [tag("td", charts.bar(value, largest, kind), class_="draw")] if largest else []
        rows.append(tag("tr", *row))
    content = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), aria_label=shown.title)
    return tag("div", content, class_="scroll", tabindex=0, role="region", aria_label=f"{shown.title}, as a table")


def _cell(shown: Table, place: int, text: str) -> Markup:
    is_loss = shown.columns[place].name == "net_saved_usd" and text.startswith("-")
    said = join(text, tag("span", " dearer")) if is_loss else text
    return tag("td", said, class_=_class(shown.columns[place], "bad" if is_loss else ""))


def _class(column: Column, more: str = "") -> str | None:
    kinds = ("" if column.kind == TEXT else "num", "spare" if column.width >= _SPARE else "", more)
    return " ".join(kind for kind in kinds if kind) or None
