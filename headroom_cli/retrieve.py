"""`headroom retrieve HASH [QUERY]`."""

import os
import re
from collections.abc import Mapping
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail

if TYPE_CHECKING:
    from headroom.store import SqliteStore

_GONE = 1
_HITS = 10


def retrieve(
    hash_: Annotated[
        str,
        typer.Argument(
            metavar="HASH", help="An original's 12 hex digits, the first 6 or more of them, or its file's path."
        ),
    ],
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="Print only what answers it: words, or an exact piece of text."),
    ] = None,
    start: Annotated[
        int | None, typer.Option(min=1, help="The first line to print; without QUERY.", metavar="N")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="How many lines; with QUERY, how many hits (10).", metavar="N")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with line numbers.")] = False,
) -> None:
    """Print an original that stands behind a marker, byte for byte, or what answers a query in it.

    Exit code: 1 when the original is gone; 2 when the call is wrong, or the original cannot be read.
    """
    from headroom.settings import state_dir
    from headroom.store import SqliteStore

    words = " ".join(query or [])
    if words and start:
        fail("--start is for reading without a query; leave one of them out")
    store = SqliteStore(state_dir() / "store")
    try:
        key = _find_key(store, hash_)
        text = store.get(key)
    except OSError as error:
        fail(error.strerror or str(error))
    if text is None:
        _log(key, bool(words), False, "")
        typer.echo(
            f"gone (expired after {_ttl_days()} days, or never stored here); run the command again", err=True
        )
        raise typer.Exit(_GONE)
    found = _search(text, words, limit or _HITS) if words else _read(text, start or 1, limit)
    if as_json:
        import json

        shown = json.dumps({"hash": key} | found, ensure_ascii=False) + "\n"
    else:
        shown = _as_text(found)
    typer.echo(shown.encode(), nl=False)
    _log(key, bool(words), True, shown)
    _learn(store, key, words, shown)


def _find_key(store: "SqliteStore", hash_: str) -> str:
    """Return the key that is meant; one that is not in the store when nothing begins like it."""
    name = PureWindowsPath(hash_.strip()).name  # which knows both kinds of slashes
    digits = name.removesuffix(".txt").lower()
    if not re.fullmatch("[0-9a-f]{6,12}", digits):
        if name != hash_.strip() and not os.path.lexists(hash_):
            fail(f"{hash_}: no such file; give 6 to 12 hex digits, or the path that the marker names")
        fail(f"not the hash of an original: {hash_!r}; give 6 to 12 hex digits, or the path that the marker names")
    keys = [digits] if len(digits) == 12 else store.matches(digits)
    if len(keys) > 1:
        fail(f"{len(keys)} originals begin with {digits}: {', '.join(keys[:5])}; give more digits")
    return keys[0] if keys else digits


def _ttl_days() -> object:
    from headroom.settings import ROWS, SettingError, load

    try:
        return load()["store.ttl_days"]
    except SettingError:
        return ROWS["store.ttl_days"].default


def _search(text: str, query: str, limit: int) -> dict[str, object]:
    from headroom.retrieval import page, search

    hits = [hit._asdict() for hit in search(text, query, limit)]
    return {"query": query, "total_lines": page(text, 1, 0).total_lines, "hits": hits}


def _read(text: str, start: int, limit: int | None) -> dict[str, object]:
    from headroom.retrieval import page

    return page(text, start, limit)._asdict()


def _as_text(found: Mapping[str, object]) -> str:
    hits = found.get("hits")
    if not isinstance(hits, list):
        return str(found["text"])
    if not hits:
        return (
            f"nothing in {found['total_lines']:,} lines answers this; without a query, all of them are printed\n"
        )
    return "\n".join(f"--- {_place(hit)} of {found['total_lines']:,}\n{hit['text']}\n" for hit in hits)


def _place(hit: Mapping[str, object]) -> str:
    first, last = hit["first_line"], hit["last_line"]
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _log(key: str, query: bool, hit: bool, shown: str) -> None:
    """Tell the running session's log, if there is one; that it cannot be written is no reason to fail."""
    log = os.environ.get("HEADROOM_SESSION_LOG")
    if not log:
        return
    import contextlib
    from pathlib import Path

    from headroom import session_log, tokens

    event = session_log.retrieve_event(key, query=query, hit=hit, tokens=tokens.count(shown) if shown else 0)
    with contextlib.suppress(OSError):
        session_log.append(Path(log), event)


def _learn(store: "SqliteStore", key: str, query: str, shown: str) -> None:
    """Let later conversations learn from it; what cannot be noted is no reason to fail."""
    from headroom import toin, tokens
    from headroom.notes import Notes
    from headroom.settings import state_dir
    from headroom.store import MemoryMemo

    learner = toin.Toin(toin.folder(state_dir()), store.get, Notes(MemoryMemo()), tokens.count)
    learner.learn(toin.Lookup(key, query, shown))
