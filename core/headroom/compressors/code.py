"""Source code as a skeleton: what a file declares stays, the bodies of its functions are left out.

Only where the user asked for it (Context.code_mode), and never for a file that the conversation works on: what is
about to be edited must be read verbatim. What stands in for a body names the lines it had, and the whole parses as
the file did; a file in which the grammar finds an error is not touched.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from headroom import markers, tokens
from headroom.compressors import (
    code_bodies,
    code_choice,
    code_files,
    code_outline,
    code_parse,
    code_source,
    protected,
)
from headroom.compressors.code_bodies import Code, Elision, Kind
from headroom.compressors.code_languages import Language
from headroom.compressors.code_outline import Function, Outline
from headroom.compressors.code_source import Source
from headroom.types import Compressed, Compressor, Context, PassThrough

if TYPE_CHECKING:
    from tree_sitter import Tree

_WORTH: Final = 0.8
"""A skeleton is at most this share of its source; where less can be left out, the file is better read as it is."""
_MOST_BYTES: Final = 300_000
_LONGEST_LINE: Final = 20_000
"""Larger files, and such lines, are no source that a person wrote; the parser may take seconds over them."""
_BODY_ROWS, _BODY_BYTES = 4, 60
"""The least that is left out of a function; a shorter body stays."""
_OTHER_ROWS, _OTHER_BYTES = 2, 40
"""The same for comments and literals."""

_KINDS: Final[dict[Kind, str]] = {"function bodies": "function body", "comments": "comment", "literals": "literal"}
"""What is left out, in the plural and in the singular; the riskier kinds last."""


def looks_like(text: str) -> bool:
    """Whether a text alone tells that it is a file of source code: never, the call that read it does."""
    return False


def compress(text: str, context: Context) -> Compressed:
    """Return a file's skeleton, with as many functions whole as the budget allows.

    Raises PassThrough where the user did not ask for it, for a file that the conversation edits or reads in part,
    and for what no installed grammar reads without an error.
    """
    if not context.code_mode:
        raise PassThrough("code mode is off")
    if context.touched or code_files.is_part(context.tool_input):
        raise PassThrough("edited or read in part")
    if context.budget_tokens is None:
        raise PassThrough("has no lossless form")
    protected.refuse(text)
    source = code_source.read(text)
    languages = code_files.languages(context.tool_input, source.text)
    code, language, tree = _parsed(source.text, languages)
    outline = code_outline.outline(code, language, tree.root_node)
    elisions = _choose(source, code, outline, context)
    elisions = _parsing(code, language, elisions)
    shown = code_source.write(source, code.data, elisions)
    omitted = Counter[str]()
    for elision in elisions:
        omitted[f"lines of {elision.kind}"] += elision.rows
    total = source.lines
    head = markers.omission(omitted.total(), total, "lines", _detail(elisions), context.original)
    result = f"{head}\n{shown}"
    if len(result) > _WORTH * len(text):
        raise PassThrough("little to leave out")
    return Compressed(result, lossless=False, kept=total - omitted.total(), omitted=dict(omitted))


def _parsed(text: str, languages: Sequence[Language]) -> tuple[Code, Language, "Tree"]:
    """Return a source with the first language that reads it, and its tree."""
    try:
        data = text.encode()
    except UnicodeEncodeError as surrogate:
        raise PassThrough("lone surrogates") from surrogate
    if len(data) > _MOST_BYTES or max(map(len, data.split(b"\n"))) > _LONGEST_LINE:
        raise PassThrough("too long to parse")
    for language in languages:
        tree = code_parse.tree(language, data)
        if tree is not None:
            return code_bodies.index(data), language, tree
    raise PassThrough(f"does not parse as {' or '.join(language.name for language in languages)}")


def _choose(source: Source, code: Code, outline: Outline, context: Context) -> list[Elision]:
    """Return what is left out: all that can be, save the functions that the query names and those that fit."""
    functions = outline.functions
    whole = code_choice.named(context.query, functions, len(code.data))
    bodies = _left_out(functions, whole)
    elisions = _all(outline, bodies, whole)
    left = (context.budget_tokens or 0) - tokens.count(code_source.write(source, code.data, elisions))
    if left > 0 and bodies:
        candidates = [functions[number] for number in bodies]
        order = code_choice.ranked(context.query, candidates, code.data)
        a_row = tokens.count(source.prefixes[-1]) if source.prefixes else 0
        chosen = {bodies[number] for number in code_choice.within(left, order, candidates, code.data, a_row)}
        elisions = _all(outline, [number for number in bodies if number not in chosen], whole | chosen)
    return elisions


def _left_out(functions: Sequence[Function], whole: Collection[int]) -> list[int]:
    """Return the numbers of the functions whose bodies are left out: the outermost, where they are long enough."""
    starts = sorted(functions[number].start for number in whole)
    result = []
    end = 0
    for number, function in enumerate(functions):
        if function.start < end:
            continue
        elision = function.elision
        if number in whole:
            end = function.end
        elif (
            elision is None
            or function.is_container
            or bisect_left(starts, function.start) != bisect_left(starts, function.end)
        ):
            continue
        elif elision.rows >= _BODY_ROWS and elision.saved >= _BODY_BYTES:
            result.append(number)
            end = elision.end
        else:
            end = function.end
    return result


def _all(outline: Outline, bodies: Sequence[int], whole: Collection[int]) -> list[Elision]:
    """Return the elisions of bodies, and those of comments and literals that stand outside of all functions.

    A comment right above a function that stays whole stays whole too.
    """
    functions = outline.functions
    elided = [elision for number in bodies if (elision := functions[number].elision)]
    spans = [(elision.start, elision.end) for elision in elided]
    spans = sorted(spans + [(functions[number].start, functions[number].end) for number in whole])
    starts = [start for start, _ in spans]
    above = {functions[number].first_row - 1 for number in whole}
    others = sorted([*outline.comments, *outline.literals])
    end = 0
    for elision in others:
        before = bisect_left(starts, elision.end) - 1
        is_inside = before >= 0 and spans[before][1] > elision.start
        is_worth = elision.rows >= _OTHER_ROWS and elision.saved >= _OTHER_BYTES
        if elision.start >= end and is_worth and not is_inside and elision.last_row not in above:
            elided.append(elision)
            end = elision.end
    return sorted(elided)


def _parsing(code: Code, language: Language, elisions: list[Elision]) -> list[Elision]:
    """Return elisions after which the source still parses: all of them, or without the riskier kinds."""
    for last in range(len(_KINDS), 0, -1):
        kinds = list(_KINDS)[:last]
        tried = [elision for elision in elisions if elision.kind in kinds]
        if tried and code_parse.tree(language, code_bodies.applied(code.data, tried)) is not None:
            return tried
    raise PassThrough("its skeleton would not parse" if elisions else "little to leave out")


def _detail(elisions: Sequence[Elision]) -> str:
    """Return what an omission line says of a skeleton."""
    count = Counter(elision.kind for elision in elisions)
    parts = [f"{count[kind]} {one if count[kind] == 1 else kind}" for kind, one in _KINDS.items() if count[kind]]
    return f"{', '.join(parts)}; each place names its lines; the file itself is unchanged: read those lines of it"


CODE: Final = Compressor(
    "code",
    looks_like,
    compress,
    commands=("cat", "bat"),
    tools=(
        "Read",
        "read",
        "View",
        "view",
        "*read_file*",
        "*readFile*",
        "*ReadFile*",
        "*open_file*",
        "*view_file*",
    ),
    contents=("source", "data"),
)
