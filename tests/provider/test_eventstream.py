import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.provider.eventstream import Frame, decode, encode

NAMES = st.text(min_size=1, max_size=20).filter(lambda name: len(name.encode()) < 256)


def test_an_empty_frame_is_the_published_one() -> None:
    assert encode({}, b"").hex() == "000000100000000005c248eb7d98c8ff"


@given(
    st.lists(st.builds(Frame, st.dictionaries(NAMES, st.text(max_size=50), max_size=4), st.binary(max_size=99)))
)
def test_frames_are_read_as_they_were_written(frames: list[Frame]) -> None:
    assert list(decode(b"".join(encode(*frame) for frame in frames))) == frames


@given(st.integers(min_value=0, max_value=63), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_found(at: int, change: int) -> None:
    data = bytearray(encode({":event-type": "chunk"}, b'{"bytes": "aGVsbG8gd29ybGQ="}'))
    data[at % len(data)] ^= change
    with pytest.raises(ValueError, match="broken"):
        list(decode(bytes(data)))


def test_a_stream_that_ends_early_is_found() -> None:
    data = encode({"a": "b"}, b"c")
    with pytest.raises(ValueError, match="middle"):
        list(decode(data + data[:5]))
    with pytest.raises(ValueError, match="broken"):
        list(decode(data[:-1]))
