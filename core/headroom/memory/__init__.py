"""Memory over the agents: facts that later sessions are to know. Off unless asked for.

    memory = headroom.memory.open(state_folder)
    memory.add("Tests run with `make test`.", Origin("hand", project="/proj/app"), scope=PROJECT)
    memory.search("tests", project="/proj/app")

No request is changed by it: a fact reaches an agent through a file that the agent reads when a session begins, or
through a tool that it calls. What a model told is kept out of those files until the user accepts it.
"""

from pathlib import Path

from headroom.memory.facts import HOWS, PROJECT, SCOPES, USER, Added, Change, Fact, Origin, Refused
from headroom.memory.likeness import Embedder
from headroom.memory.memory import FORGOTTEN, KEEP, KNOWN, NEW, Memory, Unknown

__all__ = [
    "FORGOTTEN",
    "HOWS",
    "KEEP",
    "KNOWN",
    "NEW",
    "PROJECT",
    "SCOPES",
    "USER",
    "Added",
    "Change",
    "Embedder",
    "Fact",
    "Memory",
    "Origin",
    "Refused",
    "Unknown",
    "open",
]


def open(root: Path, embedder: Embedder | None = None) -> Memory:  # noqa: A001 - read as memory.open
    """Return the memory below a state folder. Nothing is read, and no file made, before it is used.

    Args:
        embedder: finds facts that are alike by their sense; see headroom.memory.embedding.
    """
    from headroom.masking import mask

    return Memory(root, mask, embedder)
