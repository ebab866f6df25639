"""`headroom explain FILE`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.options import AsJson
from headroom_cli.source import MOST_BYTES, Code, Command, Hints, Level, Query, Tool, hints, opened, policy

if TYPE_CHECKING:
    from headroom.explanation import Explained
    from headroom.policy import Policy

_KINDS = ("auto", "tool-output", "messages")


def explain(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A tool's output, or a request or list of messages as JSON; or -."),
    ] = None,
    as_: Annotated[
        str,
        typer.Option("--as", metavar="KIND", help="tool-output, messages, or auto: it sees for itself."),
    ] = _KINDS[0],
    query: Query = "",
    command: Command = "",
    tool: Tool = "",
    level: Level = None,
    code: Code = False,
    texts: Annotated[bool, typer.Option("--show", help="Print what would be sent, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say, block by block, what would be sent instead and why, or why not. Nothing is sent, kept or changed.

    Exit code: 2 when the call, a setting or the input is wrong.
    """
    if as_ not in _KINDS:
        fail(f"--as {as_!r}: it must be one of {', '.join(_KINDS)}")
    name = file or "standard input"
    with opened(file) as stream:
        try:
            data = stream.read(MOST_BYTES + 1)
        except OSError as error:
            fail(f"{name}: {error.strerror or error}")
    if len(data) > MOST_BYTES:
        fail(f"{name}: more than {MOST_BYTES >> 20} MB, which is passed on as it is")
    blocks = _explained(name, data, as_, query, hints(file, tool, command, code), policy(level, code))
    from headroom_cli import explained

    if as_json:
        told = {"blocks": [explained.as_json(one, texts=texts) for one in blocks]}
        typer.echo((json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode(errors="replace"), nl=False)
    else:
        explained.show(blocks, explained.console(), texts=texts)


def _explained(name: str, data: bytes, as_: str, query: str, call: Hints, holds: "Policy") -> "list[Explained]":
    from headroom.explanation import explain_json, explain_text
    from headroom.request_json import NotMessages

    is_maybe_json = data.lstrip()[:1] in (b"{", b"[")
    if as_ == "messages" or (as_ == "auto" and is_maybe_json):
        try:
            return explain_json(data, query=query or None, policy=holds)
        except NotMessages as why:
            if as_ == "messages":
                fail(f"{name}: {why}")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        fail(f"{name}: not UTF-8 text, which is passed on as it is")
    return [explain_text(text, tool=call.tool, tool_input=call.tool_input, query=query, policy=holds)]
