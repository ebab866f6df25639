import json

from tests.provider.bedrock_errors import error_body, error_headers, event_frame, exception_frame, headers
from tests.provider.eventstream import decode
from tests.provider.script import Fault


def test_the_type_stands_in_a_header() -> None:
    named = error_headers(Fault(429, retry_after_s=1, headers={"x": "y"}))
    assert named["x-amzn-errortype"].startswith("ThrottlingException:")
    assert (named["retry-after"], named["x"]) == ("1", "y")
    assert json.loads(error_body(Fault(429), "")) == {
        "message": "Too many requests, please wait before trying again."
    }
    assert json.loads(error_body(Fault(400, "no"), "")) == {"message": "no"}
    assert error_body(Fault(502, body=b"<html>"), "") == b"<html>"
    assert headers("req_1") == {"x-amzn-requestid": "req_1"}


def test_frames_of_events_and_of_errors() -> None:
    event, error = decode(event_frame("chunk", b"{}") + exception_frame("Overloaded"))
    assert (event.headers[":message-type"], event.headers[":event-type"], event.payload) == (
        "event",
        "chunk",
        b"{}",
    )
    assert error.headers[":exception-type"] == "modelStreamErrorException"
    assert json.loads(error.payload) == {"message": "Overloaded"}
