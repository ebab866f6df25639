import pytest

from headroom.compressors import code_parse
from headroom.compressors.code_languages import LANGUAGES, Language
from headroom.types import PassThrough

PYTHON = LANGUAGES[0]


def test_a_tree_has_no_error() -> None:
    tree = code_parse.tree(PYTHON, b"def f(a):\n    return a\n")
    assert tree
    assert tree.root_node.type == "module"
    assert code_parse.tree(PYTHON, b"def f(:\n") is None


def test_matches_are_captures_by_name() -> None:
    tree = code_parse.tree(PYTHON, b"def f(a):\n    return a\n")
    assert tree
    (match,) = code_parse.matches(PYTHON, tree.root_node)
    assert {"function", "name", "body"} <= set(match)


def test_what_is_no_source_is_given_up_early() -> None:
    assert code_parse.tree(PYTHON, b"x = 1 " * 50_000) is None


def test_a_missing_grammar_is_named() -> None:
    with pytest.raises(PassThrough, match="no grammar for klingon"):
        code_parse.tree(Language("klingon", "tree_sitter_klingon", ""), b"")
