"""Headroom: a local layer between coding agents and their LLM providers.

from headroom import compress

shorter = compress(messages, model="claude-sonnet-4-5").messages
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headroom.library import CompressResult, compress
    from headroom.policy import Policy

__all__ = ["CompressResult", "Policy", "__version__", "compress"]

__version__: str

_HOMES = {
    "compress": "headroom.library",
    "CompressResult": "headroom.library",
    "Policy": "headroom.policy",
}


def __getattr__(name: str) -> object:
    """Look a name up when it is asked for: each takes longer than the rest of most commands."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("headroom-local")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
