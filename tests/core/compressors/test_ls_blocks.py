import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors import ls_blocks
from headroom.types import PassThrough
from tests.core.compressors.decode_listing import decode

NAMES = st.sampled_from(["a", "b c", "x.py", '"', ".env", "a:b", "ü", "12", "y:", ": z", "c"])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([".", "./a", "./c", "/x y", "a: b", ""]), st.lists(NAMES, max_size=6)),
        max_size=6,
    )
)
def test_every_listing_is_restored(blocks: list[tuple[str, list[str]]]) -> None:
    text = "\n\n".join("\n".join([folder + ":", *names]) for folder, names in blocks)
    with contextlib.suppress(PassThrough):
        assert decode(ls_blocks.lossless(text, ls_blocks.read(text)).text) == text


def test_folders_with_their_names() -> None:
    text = ".:\na\nx.py\nold notes\n\n./a:\nb.py\nc.py\n\n./a/empty:\n"
    blocks = ls_blocks.read(text)
    assert [(folder, len(names)) for folder, names in blocks] == [(".", 3), ("./a", 2), ("./a/empty", 0)]
    done = ls_blocks.lossless(text, blocks)
    assert "./a: b.py c.py" in done.text
    assert decode(done.text) == text


@pytest.mark.parametrize(
    "text", ["", "key:\n  value: 1\n" * 5, "Note:\nprose here.\n\nOther:\nmore prose." * 2, "a\nb\nc"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(PassThrough):
        ls_blocks.read(text)
