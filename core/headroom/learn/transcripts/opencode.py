"""opencode: a database of all sessions, ~/.local/share/opencode/opencode.db (seen in 1.18.33).

Before, there were JSON files for each session, message and part below ~/.local/share/opencode/storage.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from headroom.learn.transcripts.gathering import Gathering
from headroom.learn.transcripts.records import LINE_BYTES, Record, inside, mapping, number, parsed, word
from headroom.learn.types import Transcript

_SESSIONS = "SELECT id, directory, time_created FROM session ORDER BY time_created, id"
_PARTS = """SELECT message.data, part.id, part.data FROM message JOIN part ON part.message_id = message.id
WHERE message.session_id = ? ORDER BY message.time_created, message.id, part.id"""
_BUSY_SECONDS = 5
_NO_OUTPUT = "(no output)"


def read(path: Path, seen: set[str] | None = None) -> Iterator[Transcript]:
    """Yield the sessions of a database, or the one of a session's JSON file. Raises OSError."""
    yield from _file(path, seen) if path.suffix == ".json" else _database(path, seen)


def _database(path: Path, seen: set[str] | None) -> Iterator[Transcript]:
    if not path.is_file():
        raise FileNotFoundError(f"no such file: {path}")
    try:
        where = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(where, uri=True, timeout=_BUSY_SECONDS)) as database:
            database.text_factory = lambda data: data.decode("utf-8", "replace")
            for identity, folder, began in database.execute(_SESSIONS).fetchall():
                session = Gathering("opencode", word(identity), seen)
                session.project = word(folder)
                session.at(began)
                for message, part_id, part in database.execute(_PARTS, (identity,)):
                    _take(session, parsed(word(message)), word(part_id), parsed(word(part)))
                yield from session.done()
    except sqlite3.Error as error:
        raise OSError(f"{path} cannot be read as opencode's database: {error}") from error


def _file(path: Path, seen: set[str] | None) -> Iterator[Transcript]:
    """Read storage/session/PROJECT/SESSION.json with storage/message/SESSION and storage/part/MESSAGE."""
    head = _json(path) or {}
    session = Gathering("opencode", word(head.get("id")) or path.stem, seen)
    session.project = word(head.get("directory"))
    session.at(inside(head, "time", "created"))
    storage = path.parent.parent.parent
    for message in sorted((storage / "message" / session.session).glob("*.json")):
        for part in sorted((storage / "part" / message.stem).glob("*.json")):
            _take(session, _json(message), part.stem, _json(part))
    yield from session.done()


def _json(path: Path) -> Record | None:
    try:
        with path.open("rb") as file:
            return parsed(file.read(LINE_BYTES))
    except FileNotFoundError:
        return None


def _take(session: Gathering, message: Record | None, part_id: str, part: Record | None) -> None:
    if message is None or part is None:
        session.damaged += 1
        return
    if not session.is_new(part_id):
        return
    state = part.get("state")
    started = inside(part, "time", "start") or inside(state, "time", "start")
    t = session.at(started or inside(message, "time", "created"))
    role = word(message.get("role"))
    if part.get("type") == "text" and role in {"user", "assistant"} and not part.get("synthetic"):
        session.says(role, _unquoted(word(part.get("text"))), t)
    elif part.get("type") == "tool" and isinstance(state, dict):
        session.calls(part_id, word(part.get("tool")), mapping(state.get("input")), t)
        output = word(state.get("error")) or word(state.get("output"))
        code = number(inside(state, "metadata", "exit"))
        session.gives(part_id, "" if output == _NO_OUTPUT else output, state.get("status") == "error", code)


def _unquoted(text: str) -> str:
    """Return a text without the quotes that `opencode run` puts around what it is given."""
    inner = text[1:-1]
    return inner if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in inner else text
