"""Headroom: a local layer between coding agents and their LLM providers."""

__all__ = ["__version__"]

__version__: str


def __getattr__(name: str) -> str:
    if name == "__version__":
        # Looked up when asked for: this import takes longer than the rest of most commands.
        from importlib.metadata import version

        return version("headroom-local")
    raise AttributeError(name)
