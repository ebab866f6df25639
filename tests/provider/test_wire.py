import json

from tests.provider.records import Request
from tests.provider.wire import dump, echo


def record(method: str, body: bytes = b"", **headers: str) -> Request:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(0, method, "/v1/files?x=%20y", named, body, time=0.0)


def test_json_is_written_as_the_api_writes_it() -> None:
    assert dump({"a": [1, "é"]}) == '{"a":[1,"é"]}'.encode()
    assert json.loads(dump({"a": 1.0})) == {"a": 1.0}


def test_an_unknown_path_gets_back_what_it_sent() -> None:
    reply = echo(record("PUT", b"\x1f\x8bxx", content_type="a/b", content_encoding="gzip", x_echo_status="418"))
    assert (reply.status, reply.chunks) == (418, [b"\x1f\x8bxx"])
    assert list(reply.headers.items()) == [
        ("content-type", "a/b"),
        ("x-echo-method", "PUT"),
        ("x-echo-target", "/v1/files?x=%20y"),
        ("content-encoding", "gzip"),
        ("set-cookie", "first=1; Path=/"),
        ("set-cookie", "second=2; Path=/"),
    ]


def test_a_bodiless_request_is_named_and_bodiless_answers_stay_empty() -> None:
    assert echo(record("DELETE")).chunks == [b"DELETE /v1/files?x=%20y\n"]
    assert echo(record("HEAD")).chunks == [b""]
    assert echo(record("POST", b"x", x_echo_status="204")).chunks == [b""]
