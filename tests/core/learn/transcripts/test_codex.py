from pathlib import Path
from typing import Any

from headroom.learn.transcripts import codex
from headroom.learn.types import EDIT, READ, SHELL
from tests.core.learn.transcripts.lines import calls, only, said, written
from tests.learning.kept import HERE

AT = "2026-05-04T09:00:00.000Z"


def item(kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": AT, "type": "response_item", "payload": {"type": kind, **payload}}


def event(kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": AT, "type": "event_msg", "payload": {"type": kind, **payload}}


def meta(**payload: Any) -> dict[str, Any]:
    return {"timestamp": AT, "type": "session_meta", "payload": payload}


def message(role: str, *texts: str) -> dict[str, Any]:
    return item("message", role=role, content=[{"type": "input_text", "text": text} for text in texts])


def ran(command: str, output: str, code: int) -> dict[str, Any]:
    status = "failed" if code else "completed"
    words = ["/bin/bash", "-lc", command]
    found = {
        "type": "CommandExecution",
        "command": words,
        "status": status,
        "aggregated_output": output,
        "exit_code": code,
    }
    return event("item_completed", item=found)


def test_real_commands_and_patches() -> None:
    transcript = only("codex", HERE / "corpus" / "codex" / "push-upstream.jsonl")
    assert transcript.project == "/home/user/shop"
    assert len(transcript.session) == 36
    assert [text for _, role, text in said(transcript) if role == "user"] == [
        "Return 0 for no prices and push the branch"
    ]
    edit, commit, refused, pushed = calls(transcript)
    assert (edit.kind, edit.path, edit.failed) == (EDIT, "/home/user/shop/orders.py", False)
    assert (commit.kind, commit.exit_code) == (SHELL, 0)
    assert (refused.command, refused.exit_code, refused.failed) == ("git push", 128, True)
    assert "has no upstream branch" in refused.output
    assert pushed.command == "git push --set-upstream origin feature/tax"


def test_a_real_patch_that_did_not_fit() -> None:
    wrong, *_, right = calls(only("codex", HERE / "corpus" / "codex" / "inexact-parse.jsonl"))
    assert (wrong.tool, wrong.kind, wrong.path, wrong.failed) == ("apply_patch", EDIT, "src/parse.rs", True)
    assert wrong.output.startswith("apply_patch verification failed: Failed to find expected lines")
    assert (right.failed, right.path) == (False, "/home/user/lexer/src/parse.rs")


def test_a_real_read_and_a_sandbox_that_denies() -> None:
    read = calls(only("codex", HERE / "corpus" / "codex" / "reread-limits.jsonl"))[0]
    assert (read.kind, read.command, read.path) == (READ, "cat src/limits.ts", "src/limits.ts")
    denied = calls(only("codex", HERE / "corpus" / "codex" / "denied-sandbox.jsonl"))
    assert all("Read-only file system" in call.output and "REVIEW" in call.command for call in denied)


def test_a_script_that_runs_several_commands(tmp_path: Path) -> None:
    file = written(
        tmp_path / "rollout-x.jsonl",
        [
            meta(id="i", cwd="/p"),
            item("custom_tool_call", call_id="c", name="exec", input="await Promise.all([...])"),
            ran("ls", "a\n", 0),
            ran("make", "no rule\n", 2),
            item(
                "custom_tool_call_output",
                call_id="c",
                output=[{"type": "input_text", "text": "Script completed\nOutput:\n"}],
            ),
            item("custom_tool_call", call_id="e", name="exec", input='tools.exec_command({cmd: "mvn"})'),
            ran("mvn", "cut", 1),
            item("custom_tool_call_output", call_id="e", output='{"output": "whole", "exit_code": 1}'),
            item("custom_tool_call", call_id="d", name="exec", input='tools.exec_command({cmd: "sleep 9"})'),
        ],
    )
    assert [(call.command, call.output, call.exit_code) for call in calls(only("codex", file))] == [
        ("ls", "a\n", 0),
        ("make", "no rule\n", 2),
        ("mvn", "whole", 1),
        ("sleep 9", "", None),
    ]


def test_how_earlier_versions_call_the_shell(tmp_path: Path) -> None:
    file = written(
        tmp_path / "rollout-x.jsonl",
        [
            meta(id="i", cwd="/p"),
            message("developer", "rules"),
            message("user", "<environment_context>\n<cwd>/p</cwd>", "# AGENTS.md instructions for /p"),
            message("user", "build it"),
            event("user_message", message="build it"),
            item("function_call", call_id="1", name="shell", arguments='{"command": ["bash", "-lc", "make"]}'),
            item(
                "function_call_output", call_id="1", output='{"output": "no rule", "metadata": {"exit_code": 2}}'
            ),
            item("function_call", call_id="2", name="exec_command", arguments='{"cmd": "make all"}'),
            event("exec_command_end", call_id="2", exit_code=2),
            item("function_call_output", call_id="2", output="plain text"),
            item("local_shell_call", call_id="3", action={"type": "exec", "command": ["ls"]}),
            item("local_shell_call_output", call_id="3", output={"content": "a", "success": True}),
            item(
                "custom_tool_call",
                call_id="4",
                name="apply_patch",
                input="*** Begin Patch\n*** Add File: a.py\n+x\n",
            ),
            item(
                "custom_tool_call_output",
                call_id="4",
                output='{"output": "Success", "metadata": {"exit_code": 0}}',
            ),
            item("function_call", call_id="5", name="shell", arguments="{broken"),
            item("function_call", call_id="6", name="exec_command", arguments='{"cmd": "make"}'),
            event("item_completed", item={"type": "CommandExecution", "id": "6", "exit_code": 2}),
            item("function_call_output", call_id="6", output="no rule"),
            message("assistant", "Built."),
        ],
    )
    transcript = only("codex", file)
    assert said(transcript) == [(1, "user", "build it"), (1, "assistant", "Built.")]
    assert [
        (call.command or call.path, call.output, call.failed, call.exit_code) for call in calls(transcript)
    ] == [
        ("make", "no rule", True, 2),
        ("make all", "plain text", True, 2),
        ("ls", "a", False, None),
        ("a.py", "Success", False, 0),
        ("", "", False, None),
        ("make", "no rule", True, 2),
    ]


def test_a_fork_is_the_session_that_it_begins_with(tmp_path: Path) -> None:
    copied = [item("function_call", call_id="1", name="shell", arguments='{"command": "ls"}')]
    first = written(tmp_path / "a.jsonl", [meta(id="old", cwd="/p"), *copied])
    fork = written(
        tmp_path / "b.jsonl",
        [meta(id="new", cwd="/p"), meta(id="old", cwd="/p"), *copied, message("user", "go on")],
    )
    seen: set[str] = set()
    assert len(next(iter(codex.read(first, seen))).entries) == 1
    (forked,) = codex.read(fork, seen)
    assert (forked.session, len(forked.entries)) == ("new", 1)


def test_damage_and_unknown_records_do_no_harm(tmp_path: Path) -> None:
    file = written(
        tmp_path / "x.jsonl",
        [
            "garbage",
            {"type": "response_item"},
            {"type": "response_item", "payload": []},
            item("of tomorrow", a=1),
            event("item_completed", item=None),
            event("item_completed", item={"type": "FileChange", "changes": 3}),
            item("function_call_output", call_id="none", output=None),
            item("custom_tool_call", call_id=7, name=None, input=None),
            message("user", "hello"),
        ],
    )
    transcript = only("codex", file)
    assert (transcript.damaged, said(transcript)) == (1, [(1, "user", "hello")])


def test_what_the_user_declined_and_where_a_command_ran(tmp_path: Path) -> None:
    def ended(status: str, line: str) -> dict[str, object]:
        ran = {
            "type": "CommandExecution",
            "status": status,
            "command": ["bash", "-lc", line],
            "cwd": "file:///p/web",
        }
        return {"type": "event_msg", "payload": {"type": "item_completed", "item": ran | {"exit_code": None}}}

    script = {"type": "custom_tool_call", "call_id": "c", "name": "exec", "input": "tools.exec_command({})"}
    file = written(
        tmp_path / "r.jsonl",
        [
            {"type": "response_item", "payload": script},
            ended("declined", "npm publish"),
            ended("completed", "npm test"),
            {
                "type": "response_item",
                "payload": {"type": "custom_tool_call_output", "call_id": "c", "output": "done"},
            },
        ],
    )
    told = [(call.command, call.denied, call.failed, call.folder) for call in calls(only("codex", file))]
    assert told == [("npm publish", True, True, "/p/web"), ("npm test", False, False, "/p/web")]
