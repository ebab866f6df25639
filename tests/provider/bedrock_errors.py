"""Errors and headers in the shape of Amazon Bedrock's runtime."""

import json
from collections.abc import Mapping

from tests.provider import eventstream
from tests.provider.script import Fault

STREAM_HEADERS = {"content-type": "application/vnd.amazon.eventstream"}
ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("ValidationException", "Malformed input request, please reformat your input and try again."),
    403: ("AccessDeniedException", "You don't have access to the model with the specified model ID."),
    404: (
        "ResourceNotFoundException",
        "Could not resolve the foundation model from the model identifier.",
    ),
    408: ("ModelTimeoutException", "Model took too long to respond."),
    424: ("ModelErrorException", "The system encountered an unexpected error during processing."),
    429: ("ThrottlingException", "Too many requests, please wait before trying again."),
    500: ("InternalServerException", "The system encountered an unexpected error during processing."),
    503: ("ServiceUnavailableException", "Bedrock is unable to process your request."),
}
"""Type and usual message by HTTP status."""


def error_body(fault: Fault, _request_id: str) -> bytes:
    """Return the body of an error answer."""
    if fault.body is not None:
        return fault.body
    message = fault.message or ERRORS.get(fault.status, ERRORS[503])[1]
    return json.dumps({"message": message}, ensure_ascii=False, separators=(",", ":")).encode()


def error_headers(fault: Fault) -> dict[str, str]:
    """Return the headers of an error answer, without those that every answer has."""
    kind = ERRORS.get(fault.status, ERRORS[503])[0]
    headers = {
        "content-type": "application/json",
        "x-amzn-errortype": f"{kind}:http://internal.amazon.com/coral/com.amazon.bedrock/",
    }
    if fault.retry_after_s is not None:
        headers["retry-after"] = str(fault.retry_after_s)
    return headers | dict(fault.headers)


def headers(request_id: str) -> dict[str, str]:
    """Return the headers that stand in every answer."""
    return {"x-amzn-requestid": request_id}


def event_frame(kind: str, payload: bytes) -> bytes:
    """Return an event's frame."""
    named = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return eventstream.encode(named, payload)


def exception_frame(message: str) -> bytes:
    """Return the frame of an error in the middle of a stream."""
    kind = "modelStreamErrorException"
    named = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return eventstream.encode(named, json.dumps({"message": message}).encode())
