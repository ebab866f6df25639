import pytest

from tests.provider.coding import CODINGS, decode

BODY = "ünï".encode() * 100


@pytest.mark.parametrize("name", CODINGS)
def test_every_coding_is_undone(name: str) -> None:
    assert decode(CODINGS[name].encode(BODY), name.upper()) == BODY


def test_several_codings_are_undone_from_the_last() -> None:
    assert decode(CODINGS["br"].encode(CODINGS["gzip"].encode(BODY)), "gzip, br") == BODY


def test_encoding_is_deterministic() -> None:
    assert CODINGS["gzip"].encode(BODY) == CODINGS["gzip"].encode(BODY)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "lzma"])
def test_a_broken_or_unknown_coding_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        decode(b"{}", name)
