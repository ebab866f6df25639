"""JSON as tables: no value changes; key order and whitespace may. With a budget, a selection of the rows.

The text is JSON or JSON Lines. Its first line says how to read the rest; then comes what is around the
arrays (`{"total":2,"items":@1}`), unless the whole text is one array, and then table by table (json_table).
Of JSON that was cut, that is the text around what is whole in it (json_cut).
"""

import re
from typing import Final

from headroom import markers
from headroom.compressors import json_cut, json_lossy, json_parts, json_values, protected, screen, sources
from headroom.compressors.json_parts import Document
from headroom.types import Compressed, Compressor, Context, PassThrough

_OPENING: Final = re.compile(r"\s*+[\[{]")
_SAMPLE_CHARS: Final = 4096
_ROW_CHARS: Final = 32_768
"""Where a text begins within a row, so far is looked for the next one."""
_WORTH: Final = 0.9
"""JSON without a table is sent without its whitespace when it is then at most this share as long."""


def looks_like(text: str) -> bool:
    """Whether the text begins as a JSON array or object does, or their middle, under any colours."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    if _OPENING.match(sample):
        return True
    return '":' in sample and json_cut.looks_like(screen.without_styles(text[:_ROW_CHARS]))


def compress(text: str, context: Context) -> Compressed:
    """Return JSON with its arrays as tables; with a budget, only the rows that matter most.

    Raises PassThrough for what is not strict JSON, has no array to make a table of or comes out no shorter.
    """
    protected.refuse(text)
    if context.budget_tokens is None:
        if not screen.is_only_styled(text):
            raise PassThrough("a screen would show only a part")
        result, rows = encode(screen.shown(text))
        if not rows and sources.file_read(context.tool_input):
            raise PassThrough("a file without a table stays as it is: it may be edited")
        if len(result) >= len(text):
            raise PassThrough("not shorter as a table")
        return Compressed(result, lossless=True, kept=rows)
    document = _document(screen.shown(text))
    result, kept, omitted = json_lossy.select(document, context, context.budget_tokens)
    _check(result.partition("\n")[2])
    return Compressed(result, False, kept, omitted)


def encode(text: str) -> tuple[str, int]:
    """Return JSON with its arrays as tables, and how many rows these have, whether shorter or not.

    Raises PassThrough for what is not strict JSON, or has no array and hardly any whitespace.
    """
    document = _document(text)
    rows = sum(part.table.rows for part in document.parts)
    if not document.parts:
        if len(document.around) > _WORTH * len(text):
            raise PassThrough("no array of objects")
        lines, note = [document.around], markers.lossless_note(1, "JSON value", "text without blanks")
    else:
        lines = document.lines()
        legend = document.legend(part.written.head for part in document.parts)
        note = markers.lossless_note(rows, document.unit, f"{document.form} ({legend})")
    body = "\n".join(lines)
    _check(body)
    return (f"{note}\n{body}" if lines else note), rows


def _document(text: str) -> Document:
    """Return JSON as a document, or what is whole of JSON that was cut."""
    reason = "cut JSON"
    # With a mark in a string it may be whole JSON even so, but a row in it is two.
    if not json_cut.is_marked(text):
        try:
            return json_parts.read(json_values.read(text))
        except json_values.Broken as broken:
            reason = str(broken)
    try:
        return json_cut.read(text)
    except PassThrough as why:
        raise PassThrough(f"{reason}; {why}") from None


def _check(body: str) -> None:
    if not screen.is_encodable(body):
        raise PassThrough("a lone surrogate in a string")
    # An escape such as \u003c may have hidden it from the first look.
    protected.refuse(body)


JSON_ROWS: Final = Compressor("json_rows", looks_like, compress)
