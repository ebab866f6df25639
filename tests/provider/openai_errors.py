"""Errors and headers in OpenAI's shape."""

import json
import re
from collections.abc import Mapping

from tests.provider.script import Fault, Json

ERRORS: Mapping[int, tuple[str, str | None, str]] = {
    400: ("invalid_request_error", None, "Bad request"),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", "unsupported_country_region_territory", "Permission denied"),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    413: ("invalid_request_error", None, "Request too large"),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests. Please try again later."),
    500: ("server_error", None, "The server had an error while processing your request. Sorry about that!"),
    503: ("server_error", "server_is_overloaded", "Our servers are currently overloaded. Please try again later."),
    529: ("server_error", "server_is_overloaded", "Our servers are currently overloaded. Please try again later."),
}
"""Type, code and usual message by HTTP status."""

CODES: Mapping[str, tuple[str, str | None]] = {
    r"Missing required parameter: '([^']+)'": ("missing_required_parameter", None),
    r"Invalid '([^']+)': empty array": ("empty_array", None),
    r"Invalid '([^']+)': string too long": ("string_above_max_length", None),
    r"Invalid type for '([^']+)'": ("invalid_type", None),
    r"Invalid value: .*'([^']+)'": ("invalid_value", None),
    r"Previous response with id": ("previous_response_not_found", "previous_response_id"),
    r"The encrypted content": ("invalid_encrypted_content", None),
    r"No tool (?:output|call) found": ("", "input"),
    r"Item '": ("", "input"),
    r"An assistant message with 'tool_calls'": ("", "messages"),
    r"Invalid parameter: messages": ("", "messages"),
}
"""Code and parameter by the beginning of a message; a group names the parameter."""


def error(fault: Fault) -> Json:
    """Return the error object of a fault."""
    kind, code, usual = ERRORS.get(fault.status, ERRORS[500])
    message = fault.message or usual
    param: str | None = None
    if fault.status == 400:
        for pattern, (named, where) in CODES.items():
            found = re.match(pattern, message)
            if found:
                code, param = named or None, where or (found.group(1) if found.groups() else None)
                break
    return {"message": message, "type": kind, "param": param, "code": code}


def error_body(fault: Fault, _request_id: str) -> bytes:
    """Return the body of an error answer: indented, as the real one is."""
    if fault.body is not None:
        return fault.body
    return (json.dumps({"error": error(fault)}, indent=2, ensure_ascii=False) + "\n").encode()


def error_headers(fault: Fault) -> dict[str, str]:
    """Return the headers of an error answer, without those that every answer has."""
    headers = {"content-type": "application/json"}
    if fault.retry_after_s is not None:
        headers["retry-after"] = str(fault.retry_after_s)
    return headers | dict(fault.headers)


def headers(request_id: str) -> dict[str, str]:
    """Return the headers that stand in every answer."""
    return {
        "x-request-id": request_id,
        "openai-organization": "scripted",
        "openai-processing-ms": "10",
        "openai-version": "2020-10-01",
        "x-ratelimit-limit-requests": "10000",
        "x-ratelimit-remaining-requests": "9999",
        "x-ratelimit-reset-requests": "6ms",
        "server": "cloudflare",
    }
