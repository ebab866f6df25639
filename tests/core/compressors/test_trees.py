import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import tokens
from headroom.compressors import trees
from headroom.compressors.trees import Node, Tree
from headroom.types import PassThrough
from tests.core.compressors.decode_listing import decode

NAMES = st.sampled_from(
    ["a", "b.py", "c d", "x -> y", ".env", "d/", "> z", '"', "12", ".", "e:1", " f", "[12]  g"]
)
KINDS = st.sampled_from([*trees._STEPS, "list"])


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), NAMES), min_size=5, max_size=30), KINDS, st.booleans(), st.booleans())
def test_every_tree_is_restored(steps: list[tuple[int, str]], drawing: str, rooted: bool, ends: bool) -> None:
    depth = 0
    nodes: list[Node | str] = [Node(0, ".", True)] if rooted and drawing != "list" else []
    for step, name in steps:
        depth = min(step, depth + 1)
        nodes.append(Node(depth, name, False))
    text = trees.redraw(Tree(drawing, nodes)) + ("\n\n3 directories, 9 files" if rooted else "") + "\n" * ends
    with contextlib.suppress(PassThrough):
        assert decode(trees.lossless(text, trees.read(text)).text) == text


def test_files_of_a_folder_share_a_line() -> None:
    docs = "├── docs\n│\xa0\xa0 ├── guide.md\n│\xa0\xa0 └── old notes\n"
    text = ".\n" + docs + "├── run.sh\n└── src\n    └── a.py\n\n2 directories, 4 files"
    done = trees.lossless(text, trees.read(text))
    assert done.text.split("\n")[1:] == [
        ".", " docs", '  guide.md "old notes"', " run.sh", " src", "  a.py", "> ", "> 2 directories, 4 files",
    ]  # fmt: skip
    assert decode(done.text) == text


def test_the_list_of_an_agents_tool() -> None:
    text = "- /srv/shop/\n" + "".join(
        f"  - area{at}/\n    - index.ts\n    - view.tsx\n    - model.ts\n" for at in range(20)
    )
    done = trees.lossless(text, trees.read(text))
    assert decode(done.text) == text
    assert tokens.count(done.text) < 0.75 * tokens.count(text)


@pytest.mark.parametrize("text", ["", "a\n" * 9, "- prose, a list of it\nand more\n" * 5, "|-- a\n"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(PassThrough):
        trees.read(text)


def test_a_tree_drawn_in_another_way_has_no_lossless_form() -> None:
    text = "├── a\n├── b\n├── c\n├── d\n├── e"
    with pytest.raises(PassThrough, match="another way"):
        trees.lossless(text, trees.read(text))
