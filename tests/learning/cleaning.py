"""What makes a transcript fit for the corpus: no path of the machine, and none of the agent's own long texts.

Record types, fields and what user, model and tools said stay as they are.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

_KEPT_CHARS = 60
_LONG_CHARS = 120
_KEPT_ITEMS = 2
_OUTPUT_CHARS = 4000
"""Codex tells an output twice; of the event's a long one is cut."""
_SYSTEM = re.compile(r"Linux \d[\w.+-]*")

Json = dict[str, Any]


def transcript(path: Path, agent: str, paths: Mapping[str, str]) -> str:
    """Return a transcript as lines of JSON; of a database the rows."""
    records = _rows(path) if path.suffix == ".db" else _lines(path)
    cut = _OWN[agent]
    # Before anything is cut: half a path would not be known any more.
    told = (json.loads(_told(json.dumps(record, ensure_ascii=False), paths)) for record in records)
    return "".join(json.dumps(cut(record), ensure_ascii=False) + "\n" for record in told)


def _lines(path: Path) -> Iterator[Json]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


TABLES = {
    "session": "id, parent_id, directory, title, version, time_created, time_updated",
    "message": "id, session_id, time_created, time_updated, data",
    "part": "id, message_id, session_id, time_created, time_updated, data",
}


def _rows(path: Path) -> Iterator[Json]:
    with sqlite3.connect(path) as database:
        for table, columns in TABLES.items():
            found = database.execute(f"SELECT {columns} FROM {table} ORDER BY time_created, id")
            for row in found:
                yield {"table": table, **dict(zip(columns.split(", "), row, strict=True))}


def _told(line: str, paths: Mapping[str, str]) -> str:
    bare = {own[1:]: told[1:] for own, told in paths.items()}
    for own, told in (*paths.items(), *bare.items()):
        line = line.replace(own, told).replace(
            re.sub(r"[^A-Za-z0-9]", "-", own), re.sub(r"[^A-Za-z0-9]", "-", told)
        )
    return _SYSTEM.sub("Linux 6.8.0", line)


def shortened(value: Any) -> Any:
    """Return a JSON value with long texts and lists cut."""
    if isinstance(value, str):
        return value if len(value) <= _LONG_CHARS else f"{value[:_KEPT_CHARS]} [{len(value) - _KEPT_CHARS} more]"
    if isinstance(value, list):
        return [shortened(item) for item in value[:_KEPT_ITEMS]]
    if isinstance(value, dict):
        return {name: shortened(item) for name, item in value.items()}
    return value


def _shorter(record: Json) -> Json:
    return {name: shortened(item) for name, item in record.items()}


def _claude(record: Json) -> Json:
    if record.get("type") not in {"user", "assistant"}:
        return _shorter(record)
    return record | ({"toolUseResult": shortened(record["toolUseResult"])} if "toolUseResult" in record else {})


def _codex(record: Json) -> Json:
    payload = record.get("payload", {})
    kind = payload.get("type")
    said = kind == "message" and payload.get("role") != "developer"
    if record.get("type") == "response_item" and (said or "call" in kind):
        return record
    if kind != "item_completed":
        return _shorter(record)
    output = payload["item"].get("aggregated_output", "")
    if len(output) > _OUTPUT_CHARS:
        payload["item"]["aggregated_output"] = shortened(output)
    return record


def _gemini(record: Json) -> Json:
    calls = [call | {"description": shortened(call.get("description"))} for call in record.get("toolCalls", ())]
    return record | ({"toolCalls": calls} if calls else {})


def _copilot(record: Json) -> Json:
    kept = record.get("type", "").startswith(("user.", "assistant.", "tool."))
    if not kept:
        return _shorter(record)
    data = record["data"]
    return record | {
        "data": {name: shortened(item) if name == "toolTelemetry" else item for name, item in data.items()}
    }


def _whole(record: Json) -> Json:
    return record


_OWN: Mapping[str, Callable[[Json], Json]] = {
    "claude": _claude,
    "codex": _codex,
    "gemini": _gemini,
    "qwen": _whole,
    "opencode": _whole,
    "copilot": _copilot,
}
"""What is the agent's own in a record, by agent, is shortened."""
