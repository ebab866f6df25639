"""Real Claude Code from npm, wrapped, against the scripted provider."""

import json
import os
from typing import Any

import pytest

from headroom import markers
from headroom.session_log import events
from tests.agents.claude import Claude
from tests.laws.conversations import log, rows
from tests.provider.app import running_provider
from tests.provider.script import Call, Fault, Turn, blocks, calls_then, result_text

CAT = (Call("Bash", {"command": "cat orders.json"}), Call("Bash", {"command": "cat app.log"}))
PRINT = ("-p", "Why do the orders fail?", "--output-format", "text")


def fill(claude: Claude) -> None:
    """About 20 KB of JSON and of log: Claude Code keeps larger outputs to itself."""
    (claude.work / "orders.json").write_text(rows(145), encoding="utf-8")
    (claude.work / "app.log").write_text(log(205), encoding="utf-8")


def test_a_session_is_the_same_but_for_shorter_tool_results(claude: Claude) -> None:
    fill(claude)
    with running_provider(calls_then(CAT, lambda result: f"It ends with {result[-12:]}")) as provider:
        done = claude.wrap(provider.url, *PRINT, "--allowedTools", "Bash")
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"It ends with {log(205)[-12:]}\n"
        assert not provider.problems
        wrapped = [request.parsed for request in provider.conversation]
        headers = [dict(request.headers) for request in provider.conversation]
    with running_provider(calls_then(CAT, lambda result: f"It ends with {result[-12:]}")) as provider:
        assert claude.direct(provider.url, *PRINT, "--allowedTools", "Bash").returncode == 0
        direct = [request.parsed for request in provider.conversation]
        direct_headers = [dict(request.headers) for request in provider.conversation]
        direct_bytes = [len(request.body) for request in provider.conversation]
    assert len(wrapped) == len(direct) == 3
    read = [result_text(block) for block in blocks(wrapped[-1], "user", "tool_result")]
    assert read[0].count("\n") > 140
    assert "order-0-0144" in read[0]
    assert "ConnectionRefusedError: [Errno 111] Connection refused" in read[1]
    (omission,) = markers.find(read[1])
    assert claude.original(omission.key) == (claude.work / "app.log").read_text(encoding="utf-8")
    assert len(json.dumps(wrapped[1])) < direct_bytes[1] * 0.9
    assert [normal(request) for request in wrapped] == [normal(request) for request in direct]
    onward = [{name for name in one if name not in ("Content-Length", "Connection")} for one in direct_headers]
    assert [set(one) - {"Content-Length"} for one in headers] == onward

    assert claude.log().damaged == 0
    requests = [event for event in claude.log().events if isinstance(event, events.Request)]
    assert [(r.n, r.dialect, r.status, r.stream) for r in requests] == [
        (n, "anthropic", 200, True) for n in (1, 2, 3)
    ]
    assert [[line.compressor for line in r.blocks] for r in requests] == [[], ["json_rows"], ["logs"]]
    summary = json.loads(done.stderr)
    assert summary["requests"] == 3
    assert summary["errors"] == 0
    assert summary["tokens"]["saved"] > 0


def normal(request: Any) -> Any:
    """A request without what differs from run to run: tool results, ids, and the session's own names."""
    text = json.dumps(request)
    for volatile in (str(os.getpid()),):
        text = text.replace(volatile, "")
    made = json.loads(text)
    made.pop("metadata")
    made["system"] = [{**block, "text": ""} for block in made["system"]]
    for message in made["messages"]:
        for block in message["content"] if isinstance(message["content"], list) else ():
            if block["type"] == "tool_result":
                block["content"] = ""
            for name in ("id", "tool_use_id"):
                block.pop(name, None)
    return made


def test_the_second_request_carries_the_breakpoints_as_claude_code_set_them(claude: Claude) -> None:
    fill(claude)
    with running_provider(calls_then(CAT[:1], lambda _result: "done")) as provider:
        assert claude.wrap(provider.url, *PRINT, "--allowedTools", "Bash").returncode == 0
        first, second = [request.parsed for request in provider.conversation]
        assert first["system"] == second["system"]
        assert first["tools"] == second["tools"]
        marked = [block for block in blocks(second, "user", "tool_result") if block.get("cache_control")]
        assert len(marked) == 1
        usage = provider.usages[-1]
        assert usage["cache_read_input_tokens"] > 5 * usage["cache_creation_input_tokens"]


def test_an_original_is_read_back_with_the_agents_own_tool(claude: Claude) -> None:
    """The marker's path works on the turn it is first shown, without a question to the user."""
    fill(claude)

    def answer(request: dict[str, Any], _n: int) -> Turn:
        results = [result_text(block) for block in blocks(request, "user", "tool_result")]
        if not results:
            return Turn(calls=(CAT[1],))
        if len(results) == 1:
            (omission,) = markers.find(results[0])
            return Turn(calls=(Call("Read", {"file_path": omission.original, "offset": 40, "limit": 3}),))
        return Turn(text=results[-1])

    with running_provider(answer) as provider:
        done = claude.wrap(provider.url, *PRINT, "--allowedTools", "Bash")
    assert done.returncode == 0, done.stderr
    assert log(205).splitlines()[40] in done.stdout
    summary = json.loads(done.stderr)
    assert summary["retrievals"]["blocks"] == 1


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_providers_error_is_what_claude_code_says(status: int, claude: Claude) -> None:
    with running_provider(lambda _request, _n: Fault(status, "exactly these words")) as provider:
        wrapped = claude.wrap(provider.url, *PRINT)
    with running_provider(lambda _request, _n: Fault(status, "exactly these words")) as provider:
        direct = claude.direct(provider.url, *PRINT)
    assert (wrapped.returncode, wrapped.stdout) == (direct.returncode, direct.stdout)
    assert wrapped.returncode != 0


def test_overload_is_retried_by_the_client_alone(claude: Claude) -> None:
    with running_provider([Fault(529), Fault(529), Turn("at last")]) as provider:
        done = claude.wrap(provider.url, *PRINT)
        assert (done.returncode, done.stdout) == (0, "at last\n")
        assert [request.status for request in provider.conversation] == [529, 529, 200]


def test_a_base_url_in_a_settings_file_is_the_upstream_and_not_a_way_around(claude: Claude) -> None:
    with running_provider([Turn("through the gateway")] * 2) as provider:
        (claude.home / ".claude").mkdir()
        settings = claude.home / ".claude" / "settings.json"
        settings.write_text(json.dumps({"env": {"ANTHROPIC_BASE_URL": provider.url}}))
        before = settings.read_bytes()
        own = json.dumps({"env": {"MARK": "own"}, "permissions": {"deny": ["WebFetch"]}})
        done = claude.wrap("http://127.0.0.1:9", *PRINT, "--settings", own)
        assert (done.returncode, done.stdout) == (0, "through the gateway\n")
        assert len(provider.conversation) == 1
        assert json.loads(done.stderr)["requests"] == 1
        assert settings.read_bytes() == before
        assert not list((claude.state / "run").glob("*"))


def test_bearer_logins_pass_as_they_are(claude: Claude) -> None:
    with running_provider([Turn("hello")]) as provider:
        done = claude.wrap(provider.url, *PRINT, ANTHROPIC_API_KEY="", ANTHROPIC_AUTH_TOKEN="sk-ant-oat01-token")
        assert done.returncode == 0, done.stdout + done.stderr
        (request,) = provider.conversation
        assert request.header("authorization") == "Bearer sk-ant-oat01-token"
    for path in claude.state.rglob("*"):
        assert path.is_dir() or b"oat01-token" not in path.read_bytes()


def test_subcommands_work(claude: Claude) -> None:
    done = claude.wrap("http://127.0.0.1:9", "--version")
    assert done.returncode == 0
    assert "Claude Code" in done.stdout
    assert claude.wrap("http://127.0.0.1:9", "mcp", "list").returncode == 0


def test_the_agents_tool_outputs_reach_a_restarted_conversation_unchanged(claude: Claude) -> None:
    """--continue in a new wrap: the same bytes for the old turns, so the provider's cache still hits."""
    fill(claude)
    with running_provider(calls_then(CAT, lambda _result: "first answer")) as provider:
        assert claude.wrap(provider.url, *PRINT, "--allowedTools", "Bash").returncode == 0
        before = provider.conversation[-1].parsed["messages"]
    with running_provider([Turn("second answer")] * 2) as provider:
        done = claude.wrap(provider.url, "--continue", "-p", "And now?", "--allowedTools", "Bash")
        assert done.stdout == "second answer\n"
        after = provider.conversation[-1].parsed["messages"]
    results = [
        [result_text(block) for block in blocks({"messages": messages}, "user", "tool_result")]
        for messages in (before, after)
    ]
    assert results[0] == results[1]


def test_files_stay_verbatim_and_a_command_run_again_points_back(claude: Claude) -> None:
    """What Claude Code reads with its tools and with cat is what the model sees; the second time, a pointer."""
    source = "\n".join(f"def function_{n}(a: int) -> int:\n    return a * {n}\n" for n in range(120))
    (claude.work / "app.py").write_text(source, encoding="utf-8")
    path = str(claude.work / "app.py")
    cat = Call("Bash", {"command": "cat app.py"})
    steps = (Call("Read", {"file_path": path}), cat, cat)
    with running_provider(calls_then(steps, lambda _result: "done")) as provider:
        done = claude.wrap(provider.url, *PRINT, "--allowedTools", "Bash")
        assert done.returncode == 0, done.stderr
        assert not provider.problems
        last = provider.conversation[-1].parsed
    read, first, second = [result_text(block) for block in blocks(last, "user", "tool_result")]
    assert "\tdef function_7(a: int) -> int:" in read or "→def function_7(a: int) -> int:" in read
    assert first.strip() == source.strip()
    assert second.startswith("[headroom: the same ")
    assert "Bash" in second
