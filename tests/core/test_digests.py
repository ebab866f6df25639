"""One name for several texts."""

import hashlib

from headroom.digests import digest


def test_it_is_of_the_lengths_and_the_bytes() -> None:
    assert digest("a", "é") == hashlib.sha256(b"1:a2:\xc3\xa9").hexdigest()
    assert len({digest("a", "b"), digest("ab"), digest("ab", ""), digest("", "ab"), digest("1:a1:b")}) == 5


def test_any_text_has_one() -> None:
    assert digest("\ud800") != digest("\ud801")
