"""Parse with tree-sitter. Grammars and queries are loaded when first needed, and kept."""

import importlib
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Final

from headroom.compressors import code_extras
from headroom.compressors.code_languages import Language
from headroom.types import PassThrough

if TYPE_CHECKING:
    import tree_sitter

_PIECE_BYTES: Final = 65_536
_FIRST_STEPS: Final = 100
_STEP_BYTES: Final = 60
"""The parser reports after so many of its operations: of source, once for seventy bytes or more. Where it
reports more often than once for sixty, it repairs what is no source, which could take it seconds."""


def tree(language: Language, data: bytes) -> "tree_sitter.Tree | None":
    """Return a source's syntax tree; None when it has an error anywhere, or takes too many steps.

    Args:
        data: the source as UTF-8.

    Raises PassThrough when the language's grammar is not installed.
    """
    from tree_sitter import Parser

    steps = count()

    def give_up(offset: int, failed: bool) -> bool:
        return failed or next(steps) > _FIRST_STEPS + offset // _STEP_BYTES

    try:
        parsed = Parser(_grammar(language)).parse(
            lambda offset, _point: data[offset : offset + _PIECE_BYTES], progress_callback=give_up
        )
    except ValueError:
        return None
    return None if parsed is None or parsed.root_node.has_error else parsed


def matches(language: Language, root: "tree_sitter.Node") -> "list[dict[str, list[tree_sitter.Node]]]":
    """Return what the language's patterns capture in a tree, match by match."""
    from tree_sitter import QueryCursor

    return [captures for _, captures in QueryCursor(_query(language)).matches(root)]


@cache
def _grammar(language: Language) -> "tree_sitter.Language":
    from tree_sitter import Language as Grammar

    try:
        if language.module == code_extras.PACK:
            return code_extras.grammar(language.entry)
        module = importlib.import_module(language.module)
    except (ImportError, LookupError) as missing:
        raise PassThrough(f"no grammar for {language.name}: {missing}") from missing
    return Grammar(getattr(module, language.entry)())


@cache
def _query(language: Language) -> "tree_sitter.Query":
    from tree_sitter import Query

    return Query(_grammar(language), language.patterns or code_extras.patterns(language.entry))
