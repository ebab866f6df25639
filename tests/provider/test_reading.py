import pytest

from tests.provider.coding import CODINGS
from tests.provider.reading import Refused, read_json
from tests.provider.records import Request


def record(body: bytes, encoding: str = "identity") -> Request:
    return Request(0, "POST", "/v1/messages", (("content-encoding", encoding),), body, time=0.0)


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_is_read_through_its_coding(name: str) -> None:
    assert read_json(record(CODINGS[name].encode(b'{"a": "\\ud83c\\udf89"}'), name)) == {"a": "🎉"}


@pytest.mark.parametrize(
    ("body", "encoding", "message"),
    [
        (b"{", "identity", "not valid JSON"),
        (b"\xff", "identity", "not valid JSON"),
        (b'{"a": "\\ud800"}', "identity", "no low surrogate"),
        (b"[]", "identity", "Input should be an object"),
        (b"{}", "gzip", "broken gzip body"),
        (b"{}", "rot13", "unknown content-encoding"),
    ],
)
def test_what_the_api_cannot_read_is_refused(body: bytes, encoding: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read_json(record(body, encoding))
