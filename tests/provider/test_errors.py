import json

import pytest

from tests.provider.errors import common_headers, error_body, error_headers, ratelimit_headers
from tests.provider.script import Fault


@pytest.mark.parametrize(
    ("status", "kind", "retry"),
    [
        (400, "invalid_request_error", None),
        (401, "authentication_error", None),
        (429, "rate_limit_error", "true"),
        (500, "api_error", "true"),
        (501, "api_error", "false"),
        (529, "overloaded_error", "true"),
    ],
)
def test_an_error_has_the_api_s_shape(status: int, kind: str, retry: str | None) -> None:
    fault = Fault(status, "why", retry_after_s=7)
    assert json.loads(error_body(fault, "req_1")) == {
        "type": "error",
        "error": {"type": kind, "message": "why"},
        "request_id": "req_1",
    }
    assert error_headers(fault)["retry-after"] == "7"
    assert error_headers(fault).get("x-should-retry") == retry


def test_an_error_without_a_message_has_the_usual_one() -> None:
    assert json.loads(error_body(Fault(529), "r"))["error"]["message"] == "Overloaded"


def test_a_gateway_s_error_goes_out_as_scripted() -> None:
    fault = Fault(502, body=b"<html>", headers={"content-type": "text/html"})
    assert (error_body(fault, "r"), error_headers(fault)["content-type"]) == (b"<html>", "text/html")


def test_answers_name_the_request_and_the_limits() -> None:
    assert common_headers("req_1")["request-id"] == "req_1"
    assert ratelimit_headers()["anthropic-ratelimit-input-tokens-remaining"] == "1999999"
