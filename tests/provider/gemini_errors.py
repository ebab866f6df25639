"""Errors in Google's shape."""

import json
from collections.abc import Mapping

from tests.provider.script import Fault, Json

ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "The model is not found for this API version."),
    429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    500: ("INTERNAL", "An internal error has occurred."),
    503: ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}
"""Status and usual message by HTTP status."""


def error(fault: Fault) -> Json:
    """Return the error object of a fault."""
    status, usual = ERRORS.get(fault.status, ERRORS[503])
    return {"error": {"code": fault.status, "message": fault.message or usual, "status": status}}


def error_body(fault: Fault, _request_id: str) -> bytes:
    """Return the body of an error answer."""
    if fault.body is not None:
        return fault.body
    return (json.dumps(error(fault), indent=2, ensure_ascii=False) + "\n").encode()


def listed_error_body(fault: Fault, request_id: str) -> bytes:
    """Return the body of an error answer to a request for an array."""
    return fault.body if fault.body is not None else b"[" + error_body(fault, request_id) + b"]"


def error_headers(fault: Fault) -> dict[str, str]:
    """Return the headers of an error answer, without those that every answer has."""
    headers = {"content-type": "application/json; charset=UTF-8"}
    if fault.retry_after_s is not None:
        headers["retry-after"] = str(fault.retry_after_s)
    return headers | dict(fault.headers)


def headers(_request_id: str) -> dict[str, str]:
    """Return the headers that stand in every answer."""
    return {
        "vary": "Origin, X-Origin, Referer",
        "server": "scaffolding on HTTPServer2",
        "x-frame-options": "SAMEORIGIN",
    }
