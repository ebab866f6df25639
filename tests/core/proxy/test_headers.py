"""Which headers pass from one connection to the next."""

import pytest

from headroom.proxy.headers import onward, request_headers

RAW = [
    (b"Host", b"127.0.0.1:1"),
    (b"X-Api-Key", b"k"),
    (b"Connection", b"keep-alive, X-Only-Here"),
    (b"X-Only-Here", b"1"),
    (b"Keep-Alive", b"timeout=5"),
    (b"Transfer-Encoding", b"chunked"),
    (b"TE", b"trailers"),
    (b"Upgrade", b"h2c"),
    (b"Proxy-Authorization", b"Basic x"),
    (b"Content-Length", b"3"),
    (b"Content-Encoding", b"gzip"),
    (b"Expect", b"100-continue"),
    (b"Set-Cookie", b"a=1"),
    (b"set-cookie", b"b=2"),
    (b"X-Umlaut", "ü".encode()),
]


def test_what_belongs_to_one_connection_stays_on_it() -> None:
    assert onward(RAW) == [
        ("Host", "127.0.0.1:1"),
        ("X-Api-Key", "k"),
        ("Content-Length", "3"),
        ("Content-Encoding", "gzip"),
        ("Expect", "100-continue"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Umlaut", "ü"),
    ]


@pytest.mark.parametrize("is_rewritten", [False, True])
def test_a_rewritten_body_has_no_coding_any_more(is_rewritten: bool) -> None:
    names = [name for name, _ in request_headers(RAW, is_rewritten)]
    assert ("Content-Encoding" in names) is not is_rewritten
    assert not {"Host", "Content-Length", "Expect"} & set(names)
    assert "X-Api-Key" in names
