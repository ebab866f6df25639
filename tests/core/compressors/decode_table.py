"""Restores the header and the rows of a table from its form as cells."""

import json
import re

NOTE = re.compile(r"\[headroom: ([\d,]+) rows as a table, cells between tabs \(was: [^)]*\), nothing left out\]")
NOTES = ("In every row: ", "Prefixes: ", "Suffixes: ", "An empty cell repeats the one above: ")


def decode(form: str, before: int = 0) -> tuple[list[str], list[list[str]], list[str]]:
    """Return the header, the rows, and the lines below; `before` lines stand above the table."""
    first, *lines = form.split("\n")
    match = NOTE.fullmatch(first)
    assert match
    count = int(match[1].replace(",", ""))
    at = before
    said: dict[str, list[str]] = {}
    while lines[at].startswith(NOTES):
        note = next(note for note in NOTES if lines[at].startswith(note))
        said[note] = lines[at].removeprefix(note).split("\t")
        at += 1
    every, prefixes, suffixes = (dict(part.split("=", 1) for part in said.get(note, [])) for note in NOTES[:3])
    names = [cell(text) for text in lines[at].split("\t")]
    columns = list(zip(*(line.split("\t") for line in lines[at + 1 : at + 1 + count]), strict=True))
    rows: dict[str, list[str]] = {}
    table = []
    for name, column in zip(names, columns, strict=True):
        cells = []
        for text in column:
            cells.append(cells[-1] if not text and name in said.get(NOTES[3], []) else cell(text))
        cells = [prefixes.get(name, "") + text + suffixes.get(name, "") for text in cells]
        rows[name] = cells
        table.append((name, cells))
    table += [(name, [cell(value)] * count) for name, value in every.items()]
    return (
        [name for name, _ in table],
        list(map(list, zip(*(cells for _, cells in table), strict=True))),
        lines[at + 1 + count :],
    )


def cell(text: str) -> str:
    return json.loads(text) if text.startswith('"') else text
