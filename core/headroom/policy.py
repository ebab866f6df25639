"""What may be done to a conversation, as one table of levels, and rules for single tools."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final, NamedTuple


class Level(NamedTuple):
    """How far compression may go. The columns are those of Policy by the same names."""

    lossy: bool
    enough_ratio: float
    enough_tokens: int
    enough_max_tokens: int
    budget_step_tokens: int
    budget_max_tokens: int


LEVELS: Final[Mapping[str, Level]] = {
    #                    lossy  enough: ratio, tokens, max   budget: step, max
    "lossless": Level(False, 0.4, 1500, 12_000, 500, 6000),
    "balanced": Level(True, 0.4, 1500, 12_000, 500, 6000),
    "aggressive": Level(True, 0.15, 500, 2500, 150, 2500),
}
BALANCED: Final = "balanced"
OFF: Final = "off"
"""In a tool's rule: its results are never touched."""

MODES: Final = ("optimize", "audit", "simulate")
"""Change requests; change nothing and say what would be saved; send nothing and return the request."""

FILE: Final = "file"
TOOL: Final = "tool"
MCP: Final = "mcp"
RETRIEVALS: Final = (FILE, TOOL, MCP)
"""The agent reads the original's file; the proxy answers a tool of ours; a client's MCP server answers it."""

PROTECTED_TOOLS: Final = (
    *("Read", "NotebookRead", "Edit", "MultiEdit", "Write", "NotebookEdit"),
    *("view", "read", "ReadFile", "*read_file*", "*read_text_file*", "*view_file*", "*open_file*"),
)
"""Tools that return files which an agent may be about to edit, and tools that edit them."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be done to a conversation; fixed when the conversation begins."""

    floor_tokens: int = 200
    """Blocks with fewer tokens are left alone."""
    enough_ratio: float = LEVELS[BALANCED].enough_ratio
    """A lossless form of at most this share of the original is small enough."""
    enough_tokens: int = LEVELS[BALANCED].enough_tokens
    """So is one of at most this many tokens, with which the budget of a lossy form begins too."""
    enough_max_tokens: int = LEVELS[BALANCED].enough_max_tokens
    """One of more tokens than this is never small enough."""
    lossy: bool = LEVELS[BALANCED].lossy
    """Whether a lossy form may follow where the lossless one is not small enough."""
    protected_tools: tuple[str, ...] = PROTECTED_TOOLS
    """Globs of tool names whose results are never rewritten, whatever else is said of them.

    One that stands above word for word becomes a pointer, though; in code mode source code becomes an outline."""
    budget_step_tokens: int = LEVELS[BALANCED].budget_step_tokens
    """By how much a lossy form's budget grows each time the original's size doubles."""
    budget_max_tokens: int = LEVELS[BALANCED].budget_max_tokens
    """Where it stops growing."""
    code_mode: bool = False
    """Whether the bodies of functions may be left out of source code."""
    enabled: bool = True
    """Whether anything is done at all."""
    tools: tuple[str, ...] = ()
    """Rules for single tools, as "glob=level"; of several that fit, the last one holds."""
    retrieval: str = FILE
    """How an original is got back, one of RETRIEVALS: decides what a marker says."""
    held_out: bool = False
    """Whether the conversation is left alone so that others can be compared with it."""
    cold: bool = False
    """Whether old results may be rewritten, once, when the provider's cache has forgotten the conversation."""
    toin: str = ""
    """The name of the advice that held when the conversation began (headroom.toin); empty for none."""

    @classmethod
    def at(cls, level: str) -> "Policy":
        """Return the policy of a level, without rules for tools. Raises ValueError for one not in LEVELS."""
        if level not in LEVELS:
            raise ValueError(f"there is no level {level!r}; known: {', '.join(LEVELS)}")
        return cls(**LEVELS[level]._asdict())

    def for_tool(self, tool: str) -> "Policy":
        """Return the policy that holds for a tool's results: its rule's level in place of the general one.

        A rule makes no tool less protected than `protected_tools` does. Raises ValueError for a rule with a level
        that does not exist.
        """
        if not self.enabled:
            return self
        level = next((level for glob, level in reversed(rules(self.tools)) if fnmatchcase(tool, glob)), None)
        if level is None:
            return self
        if level == OFF:
            return replace(self, enabled=False)
        if level not in LEVELS:
            raise ValueError(f"there is no level {level!r} (tool {tool}); known: {OFF}, {', '.join(LEVELS)}")
        return replace(self, **LEVELS[level]._asdict())


def rules(tools: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the globs of tool rules with their levels: "Grep=off" is ("Grep", "off")."""
    return [(glob.strip(), level.strip()) for glob, _, level in (rule.rpartition("=") for rule in tools)]
