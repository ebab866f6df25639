"""Puts a result together again from the form that points back and the earlier result."""

import re

from headroom.compressors import reread

_NOTE = re.compile(r"\[lines (\d+)-(\d+) as (?:lines (\d+)-(\d+) )?above\]")
_NUMBERED = re.compile(r"( *)(\d+)(→|\t)(.*)", re.DOTALL)


def decode(form: str, earlier: str) -> str:
    """Return the text of which `form` is the form."""
    earlier, _ = reread.body(earlier)
    header, _, rest = form.partition("\n")
    if "the same" in header:
        return earlier + form[len(header) :]
    old = earlier.split("\n")
    numbered = _numbers(old)
    first = numbered[0] if numbered else 1
    lines: list[str] = []
    for line in rest.split("\n"):
        note = _NOTE.fullmatch(line)
        if note is None:
            lines.append(line)
            continue
        start, end = int(note[1]), int(note[2])
        above = int(note[3]) if note[3] else start
        taken = old[above - first : above - first + end - start + 1]
        lines += [_renumbered(said, start - above) for said in taken] if numbered else taken
    return "\n".join(lines)


def _numbers(lines: list[str]) -> list[int]:
    matches = [_NUMBERED.fullmatch(line) for line in lines]
    numbers = [int(match[2]) for match in matches if match]
    return (
        numbers
        if len(numbers) == len(lines) and numbers == list(range(numbers[0], numbers[0] + len(lines)))
        else []
    )


def _renumbered(line: str, shift: int) -> str:
    match = _NUMBERED.fullmatch(line)
    assert match
    number = str(int(match[2]) + shift)
    return number.rjust(len(match[1]) + len(match[2])) + match[3] + match[4]
