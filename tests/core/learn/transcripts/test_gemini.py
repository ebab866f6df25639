import json
from pathlib import Path
from typing import Any

import pytest

from headroom.learn.transcripts import gemini
from headroom.learn.types import EDIT, READ
from tests.core.learn.transcripts.lines import calls, only, said, written
from tests.learning.kept import HERE

AT = "2026-05-04T09:00:00.000Z"


def test_a_real_one() -> None:
    transcript = only("gemini", HERE / "corpus" / "gemini" / "mkdocs.jsonl")
    assert transcript.project == "/home/user/handbook"
    assert [text for _, role, text in said(transcript) if role == "user"] == ["Build the documentation site"]
    failed, fixed = calls(transcript)
    assert (failed.command, failed.failed, failed.exit_code) == ("mkdocs build", True, 127)
    assert failed.output.endswith("mkdocs: command not found")
    assert (fixed.command, fixed.failed, fixed.exit_code) == ("uv run mkdocs build", False, 0)


def test_a_real_one_that_was_resumed_says_everything_once() -> None:
    transcript = only("gemini", HERE / "corpus" / "gemini" / "annotations.jsonl")
    assert [text for _, role, text in said(transcript) if role == "user"] == [
        "Type the handler",
        "stop using type comments, we use annotations",
    ]
    assert [(call.turn, call.kind) for call in calls(transcript)] == [(1, READ), (1, EDIT), (2, EDIT)]


def test_a_real_one_of_qwen_code() -> None:
    transcript = only("qwen", HERE / "corpus" / "qwen" / "release-yes.jsonl")
    assert (transcript.agent, transcript.project) == ("qwen", "/home/user/shop")
    read, refused, released = calls(transcript)
    assert (read.path, read.output) == ("/home/user/shop/VERSION", "2.4.0\n")
    assert (refused.command, refused.exit_code) == ("release staging", 2)
    assert refused.output.startswith("release: refusing to ask")
    assert (released.exit_code, released.output) == (0, "released 2.4.0 to staging")


def message(identity: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": identity, "timestamp": AT, "type": kind, **more}


def call(identity: str, response: dict[str, str], status: str = "success") -> dict[str, Any]:
    result = [{"functionResponse": {"id": identity, "response": response}}]
    return {
        "id": identity,
        "name": "run_shell_command",
        "args": {"command": identity},
        "result": result,
        "status": status,
    }


def test_the_older_form_is_one_object(tmp_path: Path) -> None:
    messages = [
        message("1", "user", content="list it"),
        message(
            "2", "gemini", content="Yes.", toolCalls=[call("ls", {"output": "Output: a\nProcess Group PGID: 3"})]
        ),
        message("3", "info", content="Update available"),
        message(
            "4",
            "gemini",
            content="",
            toolCalls=[call("rm", {"error": "denied"}, "error"), call("mv", {}, "cancelled")],
        ),
    ]
    folder = tmp_path / "hash"
    file = written(
        folder / "chats" / "session-x.json",
        [json.dumps({"sessionId": "s", "startTime": AT, "messages": messages})],
    )
    (folder / ".project_root").write_text("/p\n")
    transcript = only("gemini", file)
    assert (transcript.session, transcript.project, transcript.damaged) == ("s", "/p", 0)
    assert said(transcript) == [(1, "user", "list it"), (1, "assistant", "Yes.")]
    assert [(one.command, one.output, one.failed, one.exit_code) for one in calls(transcript)] == [
        ("ls", "a", False, 0),
        ("rm", "denied", True, None),
        ("mv", "", True, None),
    ]
    file.write_text('{"messages": [', encoding="utf-8")
    assert only("gemini", file).damaged == 1


def test_a_resumed_session_may_go_on_in_another_file(tmp_path: Path) -> None:
    first = message("1", "user", content=[{"text": "one"}])
    a = written(tmp_path / "a.jsonl", [{"sessionId": "s"}, first])
    b = written(
        tmp_path / "b.jsonl",
        [{"sessionId": "s"}, {"$set": {"messages": [first]}}, message("2", "user", content="two")],
    )
    seen: set[str] = set()
    assert [said(one) for file in (a, b) for one in gemini.read(file, seen)] == [
        [(1, "user", "one")],
        [(1, "user", "two")],
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain", ("plain", None)),
        (
            "<untrusted_context>\nOutput: a\nError: x\nExit Code: 1\nProcess Group PGID: 5\n</untrusted_context>",
            ("a\nError: x", 1),
        ),
        ("Output: (empty)\nProcess Group PGID: 1", ("", 0)),
        (
            "Command: ls\nDirectory: (root)\nStdout: x\ny\nStderr: (empty)\nError: (none)\nExit Code: 0",
            ("x\ny", 0),
        ),
        ("Command: x\nDirectory: /\nOutput: (empty)\nError: (none)\nExit Code: (none)\nSignal: 9", ("", 0)),
        ("Output: of a file\nthat was read", ("Output: of a file\nthat was read", None)),
        ("Exit Code: 3", ("Exit Code: 3", None)),
    ],
)
def test_wrappings(text: str, told: tuple[str, int | None]) -> None:
    assert gemini.unwrapped(text) == told


def test_many_fields_take_linear_time() -> None:
    assert gemini.unwrapped("Output: x" + "\nSignal: 0" * 200_000) == ("x", 0)


def test_damage_does_no_harm(tmp_path: Path) -> None:
    lines: list[dict[str, Any] | str] = [
        "{",
        {"$set": 3},
        {"$set": {"messages": [3, {"type": 4}]}},
        message("1", "gemini", toolCalls=[{"id": 3, "result": 4}, 5], content=[6]),
        message("2", "user", content=[{"functionResponse": {}}]),
        message("3", "user", content="hello"),
    ]
    transcript = only("gemini", written(tmp_path / "x.jsonl", lines))
    assert (transcript.damaged, said(transcript)) == (1, [(1, "user", "hello")])
