"""What a line of a test run or a build can be, and the tables in which each tool's lines are described."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

Kind = Literal["noise", "mild", "verdict", "failure", "warning", "item", "section", "other"]
"""noise may always go, mild goes when the budget is short; all others say something. An item is one of many
that are no failures: a change in a plan. Where no row matches: other."""

Then = Literal["", "block", "quiet", "end"]
"""What the lines below belong to: nothing new; the failure that begins here, whatever they look like; a part that
may go with this line; nothing any more. Inside a block only rows that say one of the last three are looked for."""


class Row(NamedTuple):
    """One kind of line of one tool."""

    kind: Kind
    pattern: str
    """Matched at the line's start. Groups: `label`, the word of the line that it is counted by; `name`, what
    the line is about: a test, a place; `rule`, what was broken there."""
    then: Then = ""
    label: str = ""
    """What it is counted by where no word of its own will do. Never a verdict."""


class Tool(NamedTuple):
    """A tool whose reports are read."""

    name: str
    signs: tuple[str, ...]
    """Patterns of lines that show that the tool has spoken: they must be found in nothing else."""
    rows: tuple[Row, ...]
    """In the order in which they are tried."""
    hints: tuple[str, ...] = ()
    """Patterns of lines that it says as well, but which stand in scripts and comments, too."""
    guarded: bool = False
    """Whether a line that speaks of a failure is never noise; not so where tests have names like test_error."""


class Table(NamedTuple):
    """The rows of several tools, ready for use."""

    rows: tuple[Row, ...]
    any_row: re.Pattern[str]
    """Matches a line that some row describes; the group that matched last is named after the row's number."""
    borders: re.Pattern[str]
    """The same, with those rows only that end a block."""
    guarded: tuple[bool, ...]
    """By row: whether a line that speaks of a failure is none of these after all."""

    def find(self, head: str, in_block: bool) -> int:
        """Return the number of the first row that describes a line, -1 for none."""
        found = (self.borders if in_block else self.any_row).match(head)
        return int(found.lastgroup[1:]) if found and found.lastgroup else -1


_NAMED: Final = re.compile(r"\(\?P<\w+>")
_NEVER: Final = re.compile(r"(?!)")


@lru_cache(maxsize=64)
def table(tools: tuple[Tool, ...]) -> Table:
    """Return the rows of some tools as one table."""
    rows = tuple(row for tool in tools for row in tool.rows)
    guarded = tuple(
        row.kind == "mild" or (row.kind == "noise" and tool.guarded) for tool in tools for row in tool.rows
    )
    return Table(rows, _any(rows, lambda _: True), _any(rows, lambda row: bool(row.then)), guarded)


@lru_cache(maxsize=1024)
def pattern(row: Row) -> re.Pattern[str]:
    """Return a row's pattern with its named groups."""
    return re.compile(row.pattern)


@lru_cache(maxsize=64)
def signs(tools: tuple[Tool, ...]) -> re.Pattern[str]:
    """Return a pattern that finds a line that one of the tools has said for sure."""
    return re.compile("|".join(sign for tool in tools for sign in tool.signs), re.MULTILINE)


@lru_cache(maxsize=64)
def hints(tool: Tool) -> re.Pattern[str]:
    """Return a pattern that finds a line that the tool may have said."""
    return re.compile("|".join((*tool.signs, *tool.hints)), re.MULTILINE)


def _any(rows: tuple[Row, ...], wanted: Callable[[Row], bool]) -> re.Pattern[str]:
    parts = [f"(?P<r{n}>{_NAMED.sub('(?:', row.pattern)})" for n, row in enumerate(rows) if wanted(row)]
    return re.compile("|".join(parts)) if parts else _NEVER
