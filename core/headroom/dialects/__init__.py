"""The wire formats we read, and which path speaks which."""

from headroom.dialects import anthropic
from headroom.dialects.base import Dialect

DIALECTS: dict[tuple[str, str], Dialect] = {
    ("POST", "/v1/messages"): anthropic,
}


def dialect_of(method: str, path: str) -> Dialect | None:
    """Return the dialect of a request, None for one that passes through untouched.

    Args:
        path: without the query. A prefix before it, as gateways have, is allowed.
    """
    for (verb, ending), dialect in DIALECTS.items():
        if method == verb and path.endswith(ending):
            return dialect
    return None
