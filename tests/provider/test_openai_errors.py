import json

import pytest

from tests.provider.openai_errors import error, error_body, error_headers, headers
from tests.provider.script import Fault


@pytest.mark.parametrize(
    ("message", "code", "param"),
    [
        ("Missing required parameter: 'tools[0].type'.", "missing_required_parameter", "tools[0].type"),
        ("Invalid 'messages': empty array. Expected", "empty_array", "messages"),
        ("Previous response with id 'r' not found.", "previous_response_not_found", "previous_response_id"),
        ("No tool output found for function call c.", None, "input"),
        ("Something else", None, None),
    ],
)
def test_a_refusal_s_code_and_parameter_follow_from_its_message(
    message: str, code: str | None, param: str | None
) -> None:
    expected = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    assert error(Fault(400, message)) == expected


@pytest.mark.parametrize(("status", "kind"), [(429, "requests"), (500, "server_error"), (599, "server_error")])
def test_a_status_has_its_type_and_message(status: int, kind: str) -> None:
    body = json.loads(error_body(Fault(status), "req"))
    assert (body["error"]["type"], bool(body["error"]["message"])) == (kind, True)


def test_a_body_of_its_own_and_headers() -> None:
    assert error_body(Fault(502, body=b"<html>"), "req") == b"<html>"
    assert error_headers(Fault(429, retry_after_s=3, headers={"x": "y"})) == {
        "content-type": "application/json",
        "retry-after": "3",
        "x": "y",
    }
    assert headers("req_1")["x-request-id"] == "req_1"
