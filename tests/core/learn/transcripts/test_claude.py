from pathlib import Path
from typing import Any

from headroom.learn.transcripts import claude
from headroom.learn.types import SHELL
from tests.core.learn.transcripts.lines import calls, only, said, written
from tests.learning.kept import HERE

AT = "2026-05-04T09:00:00.000Z"


def record(uuid: str, role: str, content: Any, **more: Any) -> dict[str, Any]:
    message = {"role": role, "content": content}
    return {"type": role, "uuid": uuid, "cwd": "/p", "sessionId": "s", "timestamp": AT, "message": message} | more


def use(identity: str, command: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": identity, "name": "Bash", "input": {"command": command}}


def result(identity: str, content: Any, is_error: bool = False) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": identity, "content": content, "is_error": is_error}


def test_a_real_one() -> None:
    transcript = only("claude", HERE / "corpus" / "claude" / "python3.jsonl")
    assert (transcript.agent, transcript.project, transcript.damaged) == ("claude", "/home/user/shop", 0)
    assert transcript.began
    assert [text for _, role, text in said(transcript) if role == "user"] == [
        "Check the Django project for problems."
    ]
    failed, fixed = calls(transcript)
    assert (failed.command, failed.kind, failed.failed, failed.exit_code) == (
        "python manage.py check",
        SHELL,
        True,
        127,
    )
    assert failed.output == "(eval):1: command not found: python"
    assert (fixed.command, fixed.failed, fixed.turn) == ("python3 manage.py check", False, 1)


def test_a_real_one_that_was_gone_on_with() -> None:
    transcript = only("claude", HERE / "corpus" / "claude" / "use-pnpm.jsonl")
    assert [(turn, text) for turn, role, text in said(transcript) if role == "user"] == [
        (1, "Install the dependencies"),
        (2, "no, use pnpm instead of npm"),
    ]
    assert [(call.turn, call.command) for call in calls(transcript)][-1] == (2, "pnpm install")


def test_only_the_users_own_words_are_the_users(tmp_path: Path) -> None:
    reminder = "<system-reminder>\nThe user opened a.py\n</system-reminder>"
    file = written(
        tmp_path / "s.jsonl",
        [
            record("1", "user", "mine"),
            record("2", "user", "injected", isMeta=True),
            record("3", "user", "This session is being continued from a previous conversation that ran out"),
            record("4", "user", "a summary", isCompactSummary=True),
            record("5", "user", "a task for a sub-agent", isSidechain=True),
            record(
                "6", "user", [{"type": "text", "text": reminder}, {"type": "text", "text": f"also mine{reminder}"}]
            ),
            record("7", "user", "<command-name>/clear</command-name>"),
            record("8", "user", "[Request interrupted by user for tool use]"),
            record("9", "user", "unclosed <system-reminder> stays"),
        ],
    )
    assert [text for _, _, text in said(only("claude", file))] == [
        "mine",
        "also mine",
        "unclosed <system-reminder> stays",
    ]


def test_what_was_typed_meanwhile_is_the_users_too(tmp_path: Path) -> None:
    def queued(uuid: str, **attachment: Any) -> dict[str, Any]:
        return {"type": "attachment", "uuid": uuid, "attachment": {"type": "queued_command", **attachment}}

    file = written(
        tmp_path / "s.jsonl",
        [
            record("1", "user", "go"),
            queued("2", prompt="use pnpm", commandMode="prompt"),
            queued("3", prompt=[{"type": "text", "text": "not npm"}]),
            queued("4", prompt="<task-notification>done</task-notification>"),
            queued("5", prompt="done", commandMode="task-notification"),
            queued("6", prompt="injected", isMeta=True),
            {"type": "attachment", "uuid": "7", "attachment": {"type": "date"}},
            {"type": "attachment", "uuid": "8", "attachment": None},
        ],
    )
    assert said(only("claude", file)) == [(1, "user", "go"), (2, "user", "use pnpm"), (3, "user", "not npm")]


def test_lines_that_were_copied_count_once(tmp_path: Path) -> None:
    lines = [
        record("1", "user", "go"),
        record("2", "assistant", [use("t", "ls")]),
        record("3", "user", [result("t", "a")]),
    ]
    first = written(tmp_path / "a.jsonl", lines)
    second = written(tmp_path / "b.jsonl", [*lines, *lines, record("4", "user", "more", sessionId="forked")])
    seen: set[str] = set()
    assert len(next(iter(claude.read(first, seen))).entries) == 2
    (rest,) = claude.read(second, seen)
    assert (rest.session, said(rest)) == ("forked", [(1, "user", "more")])
    assert len(only("claude", second).entries) == 3


def test_wrappings_of_results(tmp_path: Path) -> None:
    file = written(
        tmp_path / "s.jsonl",
        [
            record("1", "assistant", [use(name, name) for name in "abcdef"]),
            record(
                "2",
                "user",
                [result("a", "<tool_use_error>String to replace not found</tool_use_error>", is_error=True)],
            ),
            record("3", "user", [result("b", "Exit code 2\nno such flag", is_error=True)]),
            record(
                "4",
                "user",
                [
                    result(
                        "c", [{"type": "text", "text": "one"}, {"type": "image"}, {"type": "text", "text": "two"}]
                    )
                ],
            ),
            record("5", "user", [result("d", "(Bash completed with no output)")]),
            record("6", "user", [result("e", "Exit code 1 is what it printed")]),
            record(
                "7",
                "user",
                [
                    result(
                        "f",
                        "The tool use was rejected. To tell you how to proceed, the user said:\nuse pnpm",
                        is_error=True,
                    )
                ],
            ),
        ],
    )
    transcript = only("claude", file)
    assert [(call.output, call.failed, call.exit_code) for call in calls(transcript)][:5] == [
        ("String to replace not found", True, None),
        ("no such flag", True, 2),
        ("one\ntwo", False, None),
        ("", False, None),
        ("Exit code 1 is what it printed", False, None),
    ]
    assert said(transcript) == [(1, "user", "use pnpm")]


def test_damage_and_unknown_records_do_no_harm(tmp_path: Path) -> None:
    file = written(
        tmp_path / "s.jsonl",
        [
            "{not json",
            "[]",
            {"type": "user"},
            {"type": "assistant", "message": {"content": [3, {"type": "tool_use"}, {"type": "thinking"}]}},
            {"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": 5, "content": None}]}},
            {"type": "of tomorrow", "message": {"content": "x"}},
            record("1", "user", "go"),
        ],
    )
    transcript = only("claude", file)
    assert (transcript.damaged, said(transcript)) == (2, [(1, "user", "go")])


def test_what_was_not_permitted_and_where_a_call_ran(tmp_path: Path) -> None:
    asked = {"decision": "reject", "source": "config"}
    file = written(
        tmp_path / "s.jsonl",
        [
            record("1", "assistant", [use("a", "npm publish")], cwd="/p"),
            record("2", "user", [result("a", "No.", is_error=True)], permissionDecision=asked),
            record("3", "assistant", [use("b", "npm test")], cwd="/p/web"),
            record("4", "user", [result("b", "ok")], permissionDecision={"decision": "accept"}),
        ],
    )
    told = [(call.denied, call.failed, call.folder) for call in calls(only("claude", file))]
    assert told == [(True, True, "/p"), (False, False, "/p/web")]
