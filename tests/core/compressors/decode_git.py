"""Reads back what git_status and git_log wrote: the proof that nothing is lost."""

import json
import re

_STATE = re.compile(r"=(\t(?:[a-z][a-z ]{2,20}: {1,16})?|[ MADRCUT?!]{2} |[MADTUX]\t)(.*)", re.DOTALL)
_NAME = re.compile(r'("(?:[^"\\]|\\.)*"|[^\s":]+)(?: |$)')
_HEAD = re.compile(r"([0-9a-f]{7,64})( \(.*?\))?(?: @(\d+)(?:=(.*?>))?)?(?: (.*))?")
_YEAR = re.compile(r" \d{4} [+-]\d{4}$")


def status(text: str) -> str:
    """Return the status that a lossless form was made from."""
    _, *lines = text.removesuffix("\n").split("\n")
    out = []
    for line in lines:
        match = _STATE.fullmatch(line)
        if not match:
            out.append(line)
            continue
        folder, _, names = match[2].partition(": ")
        found = [json.loads(name) if name.startswith('"') else name for name in _NAME.findall(names)]
        out += [match[1] + folder + name for name in found]
    return "\n".join(out) + "\n" * text.endswith("\n")


def log(text: str) -> str:
    """Return the log that a lossless form was made from."""
    _, *lines = text.removesuffix("\n").split("\n")
    authors: dict[str, str] = {}
    year = ""
    blocks: list[list[list[str]]] = []
    for line in lines:
        if line.startswith(" "):
            blocks[-1][1].append("    " + line[1:])
        elif line.startswith("\t"):
            blocks[-1][2].append(" " + line[1:])
        elif (match := _HEAD.fullmatch(line)) and not re.match(r"[A-Z]", line):
            hashed, refs, number, author, date = match.groups()
            head = [f"commit {hashed}{refs or ''}"]
            if number:
                authors.setdefault(number, author)
                head.append("Author: " + authors[number])
            if date:
                said = _YEAR.search(date)
                year = said[0] if said else year
                head.append(
                    "Date:   " + (date if said or not re.match(r"[A-Z][a-z]{2} [A-Z]", date) else date + year)
                )
            blocks.append([head, [], []])
        elif re.match(r"[A-Z][A-Za-z]{2,15}: ", line) and not blocks[-1][1]:
            head = blocks[-1][0]
            at = 1 + sum(1 for said in head[1:] if not said.startswith(("Author: ", "Date:   ")))
            head.insert(at, line)
        else:
            blocks[-1][2].append(line)
    commits = ["\n\n".join("\n".join(part) for part in parts if part) for parts in blocks]
    return "\n\n".join(commits) + "\n" * text.endswith("\n")
