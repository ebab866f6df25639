"""Originals that were asked for again: in which way, with what success, and what had shortened them."""

from headroom import markers
from headroom.report.asked import Asked
from headroom.report.results import Results
from headroom.report.shapes import Retrievals, Way


def retrievals(asked: Asked, results: Results) -> Retrievals:
    """Return what was asked for again.

    A log tells of each call of our tool or of `headroom retrieve`; by the policy of its session they came from the
    stream, an MCP server or a command. Results that are originals again, and came neither by our tool nor by a
    command, were read from the file.
    """
    told = Retrievals(compressors=results.asked_again)
    calls = asked.rows(
        f"SELECT l.way, o.said = 'hit' AS is_hit, count(*), {asked.sum}(o.number) FROM others o"
        " JOIN asked a USING (log) JOIN logs l USING (log)"
        " WHERE o.kind = 'retrieve' AND o.t >= :since GROUP BY l.way, is_hit"
    )
    for name, is_hit, count, tokens in calls:
        way = told.ways.setdefault(name or "command", Way())
        way.hits += count if is_hit else 0
        way.misses += 0 if is_hit else count
        way.tokens += int(tokens)
    read = [blocks for tool, blocks in results.retrieved.items() if not markers.is_retrieval_tool(tool)]
    command = told.ways.get("command", Way())
    by_file = sum(blocks.retrieved for blocks in read) - command.hits
    if by_file > 0:
        tokens = sum(blocks.retrieved_tokens for blocks in read) - command.tokens
        told.ways["file"] = Way(hits=by_file, tokens=max(tokens, 0))
    return told
