"""`headroom compress [FILE]`."""

import json
import shutil
import sys
from typing import IO, TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.source import MOST_BYTES, Code, Command, Hints, Level, Query, Tool, hints, opened, policy

if TYPE_CHECKING:
    from headroom.library import BlockResult, CompressResult
    from headroom.policy import Policy

_KINDS = ("tool-output", "messages")


def compress(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="What to compress; standard input without it, or for -.")
    ] = None,
    as_: Annotated[
        str,
        typer.Option(
            "--as", metavar="KIND", help="What it is: tool-output, or messages (a list or a request, as JSON)."
        ),
    ] = _KINDS[0],
    query: Query = "",
    command: Command = "",
    tool: Tool = "",
    level: Level = None,
    code: Code = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with the figures.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say to stderr what was done, and why.")] = False,
) -> None:
    """Print a tool's output, or a conversation, in a shorter form; the very same bytes where nothing is gained.

    An original of which something was left out is kept: headroom retrieve prints it. Exit code: 2 when the call, a
    setting or the input is wrong.
    """
    if as_ not in _KINDS:
        fail(f"--as {as_!r}: it must be one of {', '.join(_KINDS)}")
    with opened(file) as stream:
        data = _read(stream, file)
        if len(data) > MOST_BYTES:
            _pass_on(data, stream, as_json or as_ == _KINDS[1])
            return
    holds = policy(level, code)
    if as_ == _KINDS[1]:
        _messages(file or "standard input", data, query, holds, as_json, explain)
    else:
        _tool_output(data, hints(file, tool, command, code), query, holds, as_json, explain)


def _read(stream: IO[bytes], file: str | None) -> bytes:
    try:
        return stream.read(MOST_BYTES + 1)
    except OSError as error:
        fail(f"{file or 'standard input'}: {error.strerror or error}")


def _pass_on(data: bytes, rest: IO[bytes], is_all_or_nothing: bool) -> None:
    """Print what is too large as it comes."""
    told = f"more than {MOST_BYTES >> 20} MB"
    if is_all_or_nothing:
        fail(f"{told}, which is not read as a whole; compress it in parts")
    typer.echo(f"headroom: {told}, so it is passed on as it is", err=True)
    typer.echo(data, nl=False)
    shutil.copyfileobj(rest, sys.stdout.buffer)


def _tool_output(data: bytes, call: Hints, query: str, holds: "Policy", as_json: bool, explain: bool) -> None:
    from headroom.library import compress_text

    try:
        text = data.decode()
    except UnicodeDecodeError:
        _not_text(data, as_json, explain)
        return
    shorter, result = compress_text(text, tool=call.tool, tool_input=call.tool_input, query=query, policy=holds)
    if explain:
        from headroom.explanation import explain_text
        from headroom_cli import explained

        shown = explain_text(text, tool=call.tool, tool_input=call.tool_input, query=query, policy=holds)
        explained.show([shown], explained.console(is_stderr=True))
    if as_json:
        _print_json({"text": shorter, **_figures(result)})
    else:
        typer.echo(shorter.encode(), nl=False)


def _not_text(data: bytes, as_json: bool, explain: bool) -> None:
    reason = "not UTF-8 text"
    if as_json:
        fail(f"{reason}, which JSON cannot hold; without --json it is passed on as it is")
    if explain:
        typer.echo(f"headroom: {reason}, so it is passed on as it is", err=True)
    typer.echo(data, nl=False)


def _messages(name: str, data: bytes, query: str, holds: "Policy", as_json: bool, explain: bool) -> None:
    from headroom.library import compress_json
    from headroom.request_json import NotMessages

    try:
        shorter, result = compress_json(data, query=query or None, policy=holds)
    except NotMessages as why:
        fail(f"{name}: {why}")
    if explain:
        from headroom.explanation import explain_json
        from headroom_cli import explained

        shown = explain_json(data, query=query or None, policy=holds)
        explained.show(shown, explained.console(is_stderr=True))
    if as_json:
        _print_json({"text": shorter.decode(), **_all_figures(result)})
    else:
        typer.echo(shorter, nl=False)


def _figures(result: "BlockResult") -> dict[str, object]:
    return {
        "tokens_before": result.tokens_before,
        "tokens_after": result.tokens_after,
        "saved": result.tokens_before - result.tokens_after,
        "compressor": result.compressor,
        "lossless": result.lossless,
        "reason": result.reason,
        "ref": result.ref,
    }


def _all_figures(result: "CompressResult") -> dict[str, object]:
    return {
        "tokens_before": result.tokens_before,
        "tokens_after": result.tokens_after,
        "saved": result.tokens_saved,
        "blocks": [{"message": b.message, "tool": b.tool, **_figures(b)} for b in result.blocks],
    }


def _print_json(value: object) -> None:
    typer.echo((json.dumps(value, ensure_ascii=False) + "\n").encode(errors="replace"), nl=False)
