from pathlib import Path

from tests.core.learn.transcripts.lines import calls, only, said, written
from tests.learning.kept import HERE


def test_a_real_one() -> None:
    transcript = only("copilot", HERE / "corpus" / "copilot" / "utc.jsonl")
    assert transcript.project == "/home/user/billing"
    assert len(transcript.session) == 36
    assert [text for _, role, text in said(transcript) if role == "user"][-1].startswith(
        "Actually, always use UTC"
    )
    assert [(call.kind, call.path, call.failed) for call in calls(transcript)] == [
        ("read", "/home/user/billing/clock.py", False),
        ("edit", "/home/user/billing/dates.py", False),
        ("read", "/home/user/billing/dates.py", False),
    ]


def test_exit_codes(tmp_path: Path) -> None:
    def start(name: str) -> dict[str, object]:
        return {
            "type": "tool.execution_start",
            "data": {"toolCallId": name, "toolName": "bash", "arguments": {"command": name}},
        }

    def end(name: str, **data: object) -> dict[str, object]:
        return {"type": "tool.execution_complete", "data": {"toolCallId": name, **data}}

    file = written(
        tmp_path / "s" / "events.jsonl",
        [
            start("a"),
            end("a", success=True, result={"content": "no\n<shellId: 0 completed with exit code 127>"}),
            start("b"),
            end(
                "b",
                success=True,
                shellExecution={"exitCode": 2},
                result={"content": "x\n<exited with exit code 2>"},
            ),
            start("c"),
            end("c", success=False, error={"message": "denied"}),
            start("d"),
            end("d", success=True, result={"content": "<exited with exit code 3> is what it printed"}),
            {"type": "tool.execution_complete", "data": 3},
            "damaged",
        ],
    )
    transcript = only("copilot", file)
    assert (transcript.session, transcript.damaged) == ("s", 1)
    assert [(call.output, call.failed, call.exit_code) for call in calls(transcript)] == [
        ("no", True, 127),
        ("x", True, 2),
        ("denied", True, None),
        ("<exited with exit code 3> is what it printed", False, None),
    ]


def test_what_was_not_permitted(tmp_path: Path) -> None:
    start = {"toolCallId": "a", "toolName": "bash", "arguments": {"command": "npm publish"}}
    end = {"toolCallId": "a", "success": False, "error": {"message": "No.", "code": "denied"}}
    file = written(
        tmp_path / "s" / "events.jsonl",
        [{"type": "tool.execution_start", "data": start}, {"type": "tool.execution_complete", "data": end}],
    )
    (call,) = calls(only("copilot", file))
    assert call.denied
    assert call.failed
