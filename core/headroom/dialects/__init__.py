"""The wire formats we read, and which path speaks which."""

from headroom.dialects.base import Dialect
from headroom.dialects.routes import Route, family_of, route_of

__all__ = ["Dialect", "Route", "dialect_of", "family_of", "route_of"]


def dialect_of(method: str, path: str) -> Dialect | None:
    """Return the dialect of a request, None for one that passes through untouched. See `route_of`."""
    route = route_of(method, path)
    return route.dialect if route else None
