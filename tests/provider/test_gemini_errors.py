import json

from tests.provider.gemini_errors import error_body, error_headers, headers, listed_error_body
from tests.provider.script import Fault


def test_a_status_has_its_name_and_message() -> None:
    assert json.loads(error_body(Fault(429, "slow down"), "")) == {
        "error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}
    }
    assert json.loads(error_body(Fault(599), ""))["error"]["status"] == "UNAVAILABLE"


def test_where_an_array_was_asked_for_an_error_stands_in_one() -> None:
    assert json.loads(listed_error_body(Fault(400, "no"), ""))[0]["error"]["code"] == 400
    assert (
        listed_error_body(Fault(502, body=b"<html>"), "")
        == error_body(Fault(502, body=b"<html>"), "")
        == b"<html>"
    )


def test_headers() -> None:
    assert error_headers(Fault(503, retry_after_s=4, headers={"x": "y"}))["retry-after"] == "4"
    assert "server" in headers("")
