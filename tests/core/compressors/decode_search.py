"""Reads back what search wrote: the proof that nothing is lost. Follows the header, not the encoder's code."""

import re

_NUMBERED = re.compile(r"(\d+)\t(.*)", re.DOTALL)
_BELOW = re.compile(r"\d*[:=-]|\t")


def decode(text: str) -> str:
    """Return the search's output that a lossless form was made from."""
    header, *lines = text.removesuffix("\n").split("\n")
    assert header.startswith("[headroom: ")
    headed = " under headings as " in header
    out: list[str] = []
    folder = path = ""
    for line in lines:
        if line == "--":
            out.append(line)
        elif line.startswith("> "):
            out.append(line[2:])
        elif match := _NUMBERED.fullmatch(line):
            out.append(f"{match[1]}:{match[2]}" if headed else f"{path}:{match[1]}:{match[2]}")
        elif line.startswith("\t"):
            out.append(f"{path}:{line[1:]}")
        elif _BELOW.match(line):
            if headed:
                out.append(line)
            else:
                separator = "" if not line[0].isdecimal() else re.sub(r"\d", "", line)[0]
                out.append(path + separator + line)
        elif line.endswith(("/", "\\")):
            folder = line
        else:
            path = folder + line
            if headed:
                out += [path] if not out else ["", path]
    return "\n".join(out) + "\n" * text.endswith("\n")
