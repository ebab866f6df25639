from tests.provider.coding import CODINGS
from tests.provider.records import Log, Request


def record(number: int, *headers: tuple[str, str], body: bytes = b"") -> Request:
    return Request(number, "POST", "/v1/messages?beta=true", headers, body, time=0.0)


def test_a_record_keeps_the_wire_and_decodes_beside_it() -> None:
    body = CODINGS["zstd"].encode(b"{}")
    seen = record(0, ("Content-Encoding", "zstd"), ("X-A", "1"), ("x-a", "2"), body=body)
    assert (seen.body, seen.decoded, seen.path) == (body, b"{}", "/v1/messages")
    assert (seen.header("X-a"), seen.header("x-b")) == ("1, 2", "")


def test_the_log_lets_go_of_the_oldest_beyond_its_limit() -> None:
    log = Log(keep=2)
    for number in range(4):
        log.add(record(number))
        log.sent(number, b"%d" % number)
    log.note(0, status=200)
    log.sent(0, b"late")
    log.note(3, status=201)
    assert [(seen.number, seen.status) for seen in log.requests] == [(2, 0), (3, 201)]
    assert log.responses == [b"2", b"3"]
