"""Cut a tool result into parts that are read one by one, and parts that must reach the model verbatim.

Two ways, both of which lose nothing: the parts put together are the text. `split` cuts out what stays verbatim
whatever is around it, an agent's labels and tags among it (`envelopes`); `bodies` cuts further, for a text that no
row takes as a whole.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from headroom.compressors import envelopes, json_values

_WRAPPER: Final = re.compile(r"<(system-reminder|persisted-output)\b")
_OURS: Final = re.compile(r"^\[headroom:", re.MULTILINE)
_PROMPT: Final = re.compile(
    r"(?:[$%➜❯]|PS [^>\n]{0,200}+>|[\w.-]{1,64}+@[\w.-]{1,64}+[:~ ][^$#\n]{0,200}?[$#]) (?P<command>\S[^\n]*+)"
)
_FENCE: Final = re.compile(r"^(`{3,12}+|~{3,12}+)[^`\n]*+\n", re.MULTILINE)
_MOST_FENCES: Final = 100
_JSON: Final = re.compile(r"^[\[{]", re.MULTILINE)
_BODY_CHARS: Final = 400
"""A shorter body is not worth being cut out."""
_MOST_FAILURES: Final = 8
"""After so many brackets that begin no JSON, no more are tried: each may cost a look at the whole text."""


class Segment(NamedTuple):
    """A part of a text."""

    text: str
    verbatim: bool = False
    command: str = ""
    """The command that a shell prompt in front of the part shows, or a label; empty where there is none."""


def split(text: str) -> list[Segment]:
    """Cut out what stays verbatim: an agent's notes to the model and its labels, lines of ours, shell prompts."""
    return [
        part for piece in around_wrappers(text) for part in ([piece] if piece.verbatim else _enclosed(piece.text))
    ]


def bodies(text: str) -> list[Segment]:
    """Cut out the contents of markdown fences, and JSON that begins and ends with a line."""
    fenced = list(_fenced(text))
    return [part for piece in fenced for part in (_json_bodies(piece.text) if not piece.verbatim else [piece])]


def around_wrappers(text: str) -> Iterator[Segment]:
    """Yield an agent's notes to the model, verbatim, and what stands around them."""
    at = 0
    while opening := _WRAPPER.search(text, at):
        if opening.start() > at:
            yield Segment(text[at : opening.start()])
        closing = f"</{opening[1]}>"
        end = text.find(closing, opening.end())
        at = len(text) if end < 0 else end + len(closing)
        yield Segment(text[opening.start() : at], verbatim=True)
    if at < len(text) or not text:
        yield Segment(text[at:])


def _enclosed(text: str) -> Iterator[Segment]:
    """Cut a text without notes: what an agent put around an output is verbatim."""
    for piece in envelopes.cut(text):
        if piece.is_content:
            yield from _plain(piece.text, piece.command)
        else:
            yield Segment(piece.text, verbatim=True)


def _plain(text: str, command: str) -> Iterator[Segment]:
    """Cut a text without wrappers. A line of ours, and what it is the head of, are never made shorter again."""
    ours = _OURS.search(text)
    said = text[: ours.start()] if ours else text
    if said and _PROMPT.match(said.lstrip("\n")):
        yield from _by_prompts(said, command)
    elif said or not ours:
        yield Segment(said, command=command)
    if ours:
        yield Segment(text[ours.start() :], verbatim=True)


def _by_prompts(text: str, command: str) -> Iterator[Segment]:
    """Cut at shell prompts; what follows one is told which command it shows."""
    run: list[str] = []
    for line in text.splitlines(keepends=True):
        prompt = _PROMPT.match(line)
        if prompt is None:
            run.append(line)
            continue
        if run:
            yield Segment("".join(run), command=command)
        command, run = prompt["command"], []
        yield Segment(line, verbatim=True)
    if run:
        yield Segment("".join(run), command=command)


def _fenced(text: str) -> Iterator[Segment]:
    at = 0
    for _ in range(_MOST_FENCES):
        opening = _FENCE.search(text, at)
        if opening is None:
            break
        closing = re.compile(rf"^{opening[1]}[ \t]*+$", re.MULTILINE).search(text, opening.end())
        if closing is None:
            break
        yield Segment(text[at : opening.start()])
        yield Segment(opening[0], verbatim=True)
        yield Segment(text[opening.end() : closing.start()])
        yield Segment(closing[0], verbatim=True)
        at = closing.end()
    yield Segment(text[at:])


def _json_bodies(text: str) -> Iterator[Segment]:
    at = searched = failures = 0
    while (opening := _JSON.search(text, searched)) and failures < _MOST_FAILURES:
        end = json_values.end(text, opening.start())
        is_whole = end is not None and text[end : end + 1] in ("", "\n", "\r")
        failures += not is_whole
        if end is None or not is_whole or end - opening.start() < _BODY_CHARS:
            searched = end or opening.end()
            continue
        yield Segment(text[at : opening.start()])
        yield Segment(text[opening.start() : end])
        at = searched = end
    yield Segment(text[at:])
