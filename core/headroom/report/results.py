"""The tool results: how many, what was made of them, by which tool and compressor, and which was asked for again.

Each block counts once, by its key, and by the first time it was listed: a restarted proxy or a resumed session
meets it anew, in the same log or in another, and lists it again. What was audited, and so went out as it came,
counts once beside it.
"""

from collections import Counter
from typing import NamedTuple

from headroom.report.accounts import Blocks
from headroom.report.asked import BLOCK_ORDER, BLOCKS, UNKNOWN, Asked
from headroom.report.shapes import AskedAgain
from headroom.session_index.kinds import Block
from headroom.session_log.events import BlockLine

FIRST_BLOCKS = (
    f"{BLOCKS} AND NOT EXISTS (SELECT 1 FROM again g WHERE (g.log, g.n, g.place) = (b.log, b.n, b.place))"
)
"""The blocks in question, each once, when `mark_again` was called."""
# Many conversations may have read the same text: one that asks for it again says nothing of the others.
_ASKED_FOR = (
    "CREATE TEMP TABLE asked_for (log, original, PRIMARY KEY (log, original)) WITHOUT ROWID",
    """
INSERT INTO asked_for
SELECT log, o.name FROM others o JOIN asked USING (log) WHERE o.kind = 'retrieve' AND o.said = 'hit'
UNION SELECT log, b.original FROM blocks b JOIN asked USING (log) WHERE b.kind IN {retrieved}
""",
    (
        "CREATE TEMP TABLE keys_asked_for AS SELECT DISTINCT key FROM blocks"
        " WHERE original != '' AND (log, original) IN (SELECT log, original FROM asked_for)"
    ),
)


class Results(NamedTuple):
    """All blocks."""

    total: Blocks
    audited: Blocks
    by_tool: dict[str, Blocks]
    by_compressor: dict[str, Blocks]
    unchanged: Counter[str]
    """By the reason why they went out as they came."""
    retrieved: dict[str, Blocks]
    """Originals that came back in a tool result, by the tool."""
    asked_again: dict[str, AskedAgain]
    """By compressor."""


def mark_again(asked: Asked) -> None:
    """Make a table `again` of the times after the first that a block was listed: as audited, and else."""
    audited = asked.blocks(lambda kind: kind.audit)
    asked.connection.execute("CREATE TEMP TABLE again (log, n, place, PRIMARY KEY (log, n, place)) WITHOUT ROWID")
    listed = asked.rows(
        f"SELECT b.key, b.kind IN {audited}, b.log, b.n, b.place FROM {BLOCKS} AND b.key IN"
        " (SELECT key FROM blocks GROUP BY key HAVING count(*) > 1) ORDER BY a.position, b.n, b.place"
    )
    seen: set[tuple[str, int]] = set()
    again = []
    for key, is_audit, *where in listed:
        if (key, is_audit) in seen:
            again.append(where)
        seen.add((key, is_audit))
    asked.connection.executemany("INSERT INTO again VALUES (?, ?, ?)", again)


def results(asked: Asked) -> Results:
    """Return the blocks in question; needs `mark_again`."""
    told = Results(Blocks(), Blocks(), {}, {}, Counter(), {}, {})
    retrieved = asked.blocks(lambda kind: kind.retrieval)
    for statement in _ASKED_FOR:
        asked.rows(statement.format(retrieved=retrieved))
    found = asked.rows(
        f"SELECT b.kind, count(*), {asked.sum}(b.before), {asked.sum}(b.after), sum(b.original != ''),"
        " sum(b.original != '' AND b.key IN (SELECT key FROM keys_asked_for))"
        f" FROM {FIRST_BLOCKS} GROUP BY b.kind ORDER BY min({BLOCK_ORDER})"
    )
    for number, count, before, after, named, again in found:
        kind = asked.kinds[number]
        assert isinstance(kind, Block)
        blocks = blocks_of(kind, count, int(before), int(after))
        if kind.audit:
            told.audited.include(blocks)
            continue
        told.total.include(blocks)
        told.by_tool.setdefault(kind.tool or UNKNOWN, Blocks()).include(blocks)
        if kind.compressor:
            told.by_compressor.setdefault(kind.compressor, Blocks()).include(blocks)
        if kind.retrieval:
            told.retrieved.setdefault(kind.tool, Blocks()).include(blocks)
        elif not kind.compressor:
            told.unchanged[kind.reason or UNKNOWN] += count
        elif named and not kind.lossless:
            entry = told.asked_again.setdefault(kind.compressor, AskedAgain())
            entry.lossy += named
            entry.asked += again
    return told


def blocks_of(kind: Block | BlockLine, count: int, before: int, after: int) -> Blocks:
    """Return what so many blocks of a kind count for; `before` and `after` are tokens of all of them."""
    if kind.retrieval:
        return Blocks(seen=count, retrieved=count, retrieved_tokens=after)
    if not kind.compressor:
        return Blocks(seen=count)
    if kind.lossless:
        return Blocks(count, count, 0, before, after, before, after)
    return Blocks(count, 0, count, before, after)
