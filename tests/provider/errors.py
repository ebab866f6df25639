"""Errors and headers in the real API's shape."""

import json
from collections.abc import Mapping

from tests.provider.script import Fault

ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request_error", "Error"),
    401: ("authentication_error", "invalid x-api-key"),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "Not found"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: (
        "rate_limit_error",
        "This request would exceed the rate limit for your organization. Please try again later.",
    ),
    500: ("api_error", "Internal server error"),
    504: ("timeout_error", "Request timed out"),
    529: ("overloaded_error", "Overloaded"),
}
"""Type and usual message by HTTP status."""

RETRYABLE = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_RESET = "2026-01-01T00:00:00Z"


def error_body(fault: Fault, request_id: str) -> bytes:
    """Return the body of an error answer."""
    if fault.body is not None:
        return fault.body
    kind, usual = ERRORS.get(fault.status, ("api_error", "Internal server error"))
    error = {"type": kind, "message": fault.message or usual}
    return json.dumps(
        {"type": "error", "error": error, "request_id": request_id}, separators=(",", ":"), ensure_ascii=False
    ).encode()


def error_headers(fault: Fault) -> dict[str, str]:
    """Return the headers of an error answer, without those that every answer has."""
    headers = {"content-type": "application/json"} | (ratelimit_headers() if fault.status == 429 else {})
    if fault.status >= 429:
        headers["x-should-retry"] = "true" if fault.status in RETRYABLE else "false"
    if fault.retry_after_s is not None:
        headers["retry-after"] = str(fault.retry_after_s)
    return headers | dict(fault.headers)


def common_headers(request_id: str) -> dict[str, str]:
    """Return the headers that stand in every answer of the API."""
    return {
        "request-id": request_id,
        "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
        "server": "cloudflare",
        "x-robots-tag": "none",
    }


def ratelimit_headers() -> dict[str, str]:
    """Return the rate limit headers of an answer to POST /v1/messages."""
    limits = {"requests": 4000, "input-tokens": 2_000_000, "output-tokens": 400_000, "tokens": 2_400_000}
    headers = {}
    for name, limit in limits.items():
        headers[f"anthropic-ratelimit-{name}-limit"] = str(limit)
        headers[f"anthropic-ratelimit-{name}-remaining"] = str(limit - 1)
        headers[f"anthropic-ratelimit-{name}-reset"] = _RESET
    return headers
