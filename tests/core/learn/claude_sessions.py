"""Transcripts as Claude Code keeps them."""

import json
from pathlib import Path


def session(folder: Path, name: str, cwd: Path, *calls: tuple[str, str, bool]) -> Path:
    """A transcript of Claude Code in which commands were run, each with its output and whether it failed."""
    lines: list[dict[str, object]] = [_line(name, cwd, 0, "user", "Have a look.")]
    for number, (command, output, failed) in enumerate(calls, 1):
        own = f"{name}-{number}"
        call = {"type": "tool_use", "id": own, "name": "Bash", "input": {"command": command}}
        result = {"type": "tool_result", "tool_use_id": own, "content": output, "is_error": failed}
        lines += [
            _line(name, cwd, 2 * number, "assistant", [call]),
            _line(name, cwd, 2 * number + 1, "user", [result]),
        ]
    file = folder / f"{name}.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def _line(name: str, cwd: Path, number: int, role: str, content: object) -> dict[str, object]:
    return {
        "type": role,
        "uuid": f"{name}-{number}",
        "sessionId": name,
        "cwd": str(cwd),
        "timestamp": f"2026-11-01T10:00:{number:02}.000Z",
        "message": {"role": role, "content": content},
    }


WRONG = ("python app.py", "Exit code 127\n/bin/bash: line 1: python: command not found", True)
RIGHT = ("python3 app.py", "ok", False)
