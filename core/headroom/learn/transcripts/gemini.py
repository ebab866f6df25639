"""Gemini CLI, and Qwen Code, which forked it.

Gemini CLI: ~/.gemini/tmp/PROJECT/chats/session-TIME-ID.jsonl (seen in 0.61): a head, then messages, of which one
that changes is written again with the same id, and {"$set": {"messages": [...]}} where all are; before, one JSON
object in a .json. Qwen Code: ~/.qwen/projects/PROJECT/chats/ID.jsonl (seen in 0.15), a record for each message.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from headroom.learn.transcripts.gathering import Gathering
from headroom.learn.transcripts.records import LINE_BYTES, Record, inside, mapping, objects, parsed, records, word
from headroom.learn.types import Transcript

_ROOTS = re.compile(r"\*\*Workspace Directories:\*\*\n\s{0,8}- ([^\n]+)")
_ROOT_FILE = ".project_root"
_CONTEXT = (
    "<session_context>",
    "This is the Gemini CLI.",
    "<hook_context>",
    "<state_snapshot>",
    "<system-reminder>",
)
_UNTRUSTED, _TRUSTED = "<untrusted_context>\n", "\n</untrusted_context>"
_OUTPUT = re.compile(r"(?:^|\n)(?:Output|Stdout): ")
_LAST = re.compile(
    r"\n(?:Exit Code: (?P<code>\d{1,3})|(?:Exit Code|Signal|Background PIDs|Process Group PGID): [^\n]*"
    r"|Error: \(none\)|Stderr: \(empty\))"
)
_HEAD_CHARS = 20_000
_NOTHING = frozenset({"(empty)", "(none)"})


def read(path: Path, seen: set[str] | None = None) -> Iterator[Transcript]:
    """Yield the session of a file of Gemini CLI's. Raises OSError."""
    yield from _read("gemini", path, seen)


def read_qwen(path: Path, seen: set[str] | None = None) -> Iterator[Transcript]:
    """Yield the session of a file of Qwen Code's. Raises OSError."""
    yield from _read("qwen", path, seen)


def _read(agent: str, path: Path, seen: set[str] | None) -> Iterator[Transcript]:
    session = Gathering(agent, path.stem, seen)
    for record in _whole(path) if path.suffix == ".json" else records(path):
        if record is None:
            session.damaged += 1
        else:
            _take(session, record)
    session.project = session.project or _root(path)
    yield from session.done()


def _whole(path: Path) -> Iterator[Record | None]:
    """Yield the one object of a file of the older form."""
    with path.open("rb") as file:
        text = file.read(LINE_BYTES)
    yield parsed(text)


def _root(path: Path) -> str:
    """Return what Gemini CLI notes beside its transcripts: the project's folder."""
    try:
        return (path.parent.parent / _ROOT_FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _take(session: Gathering, record: Record) -> None:
    session.session = word(record.get("sessionId")) or session.session
    session.project = session.project or word(record.get("cwd"))
    if "startTime" in record:
        session.at(record["startTime"])
    listed = inside(record, "$set", "messages") or record.get("messages")
    for message in objects(listed):
        _message(session, message)
    if "message" in record:
        _qwen_message(session, record)
    elif "type" in record:
        _message(session, record)


def _message(session: Gathering, message: Record) -> None:
    """Take in a message of Gemini CLI's, which may have been there before with fewer calls."""
    role = {"user": "user", "gemini": "assistant"}.get(word(message.get("type")))
    if role is None:
        return
    t = session.at(message.get("timestamp"))
    text = _text(message.get("content"))
    if text and session.is_new(message.get("id")):
        _says(session, role, text, t)
    for call in objects(message.get("toolCalls")):
        identity = word(call.get("id"))
        if session.is_new(identity):
            session.calls(identity, word(call.get("name")), mapping(call.get("args")), t)
        results = [inside(part, "functionResponse", "response") for part in objects(call.get("result"))]
        if results:
            _gives(session, identity, results[0], word(call.get("status")))


def _qwen_message(session: Gathering, record: Record) -> None:
    kind = word(record.get("type"))
    if kind not in {"user", "assistant", "tool_result"} or not session.is_new(record.get("uuid")):
        return
    t = session.at(record.get("timestamp"))
    parts = list(objects(inside(record, "message", "parts")))
    if kind != "tool_result":
        _says(session, kind, _text(parts), t)
    for part in parts:
        call, response = part.get("functionCall"), part.get("functionResponse")
        if isinstance(call, dict):
            session.calls(word(call.get("id")), word(call.get("name")), mapping(call.get("args")), t)
        if isinstance(response, dict):
            status = word(inside(record, "toolCallResult", "status"))
            _gives(session, word(response.get("id")), response.get("response"), status)


def _says(session: Gathering, role: str, text: str, t: float | None) -> None:
    if role == "user" and text.lstrip().startswith(_CONTEXT):
        found = _ROOTS.search(text)
        session.project = session.project or (found[1].strip() if found else "")
    else:
        session.says(role, text, t)


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(word(part.get("text")) for part in objects(content) if not part.get("thought"))


def _gives(session: Gathering, identity: str, response: object, status: str) -> None:
    error = word(inside(response, "error"))
    text, code = unwrapped(error or word(inside(response, "output")))
    session.gives(identity, text, failed=bool(error) or status in {"error", "cancelled"}, exit_code=code)


def unwrapped(text: str) -> tuple[str, int | None]:
    """Return what a command printed, out of the list of fields that the model reads, and its exit code.

    The fields in front are Command and Directory, in some versions, and Output, or Stdout and Stderr; behind are
    the exit code, where it is not 0 or always, and others. A text without fields behind is returned as it is.
    """
    text = text.removeprefix(_UNTRUSTED).removesuffix(_TRUSTED)
    code = None
    end = len(text)
    while found := _LAST.fullmatch(text, max(0, text.rfind("\n", 0, end)), end):
        end = found.start()
        code = int(found["code"]) if found["code"] else code or 0
    begin = _OUTPUT.search(text, 0, min(end, _HEAD_CHARS))
    if code is None or begin is None:
        return text, None
    output = text[begin.end() : end]
    return ("" if output in _NOTHING else output), code
