"""How each agent is started for a turn of a session, how its model does a step, and where the transcript is."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.learning.session import Change, Look, Run, Step, Together, Write
from tests.provider.script import Call, codex_exec


class Launch(NamedTuple):
    """A command line, and what is added to its environment."""

    argv: Sequence[str]
    environ: Mapping[str, str]


class Agent(NamedTuple):
    """An agent as the corpus uses it."""

    launch: Callable[[str, str, bool, Sequence[str]], Launch]
    """From the provider's URL, the prompt, whether a session goes on, and the arguments that give leave."""
    leave: tuple[str, ...]
    """Arguments that let it do everything."""
    call: Callable[[Step, Path], Call]
    """The call by which its model does a step in a project."""
    transcripts: str
    """Glob of its transcripts below the home."""
    files: Mapping[str, str] = {}
    """Of the home."""


def _claude(url: str, prompt: str, goes_on: bool, leave: Sequence[str]) -> Launch:
    environ = {
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_API_KEY": "sk-ant-dummy-key",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "IS_SANDBOX": "1",
    }
    return Launch(["claude", *(["-c"] if goes_on else []), "-p", prompt, *leave], environ)


def _codex(url: str, prompt: str, goes_on: bool, leave: Sequence[str]) -> Launch:
    provider = (
        f'model_providers.here={{name="here",base_url="{url}/v1",env_key="OPENAI_API_KEY",wire_api="responses"}}'
    )
    options = ["--skip-git-repo-check", "-c", "model_provider=here", "-c", provider, *leave]
    start = ["codex", "exec", *(["resume", "--last"] if goes_on else [])]
    return Launch([*start, *options, prompt], {"OPENAI_API_KEY": "sk-dummy"})


def _gemini(url: str, prompt: str, goes_on: bool, leave: Sequence[str]) -> Launch:
    environ = {"GEMINI_API_KEY": "dummy", "GOOGLE_GEMINI_BASE_URL": url, "GEMINI_CLI_TRUST_WORKSPACE": "true"}
    start = ["gemini", *(["--resume", "latest"] if goes_on else [])]
    return Launch([*start, *leave, "-m", "gemini-2.5-pro", "-p", prompt], environ)


def _qwen(url: str, prompt: str, goes_on: bool, leave: Sequence[str]) -> Launch:
    environ = {"OPENAI_API_KEY": "sk-dummy", "OPENAI_MODEL": "gpt-4o", "OPENAI_BASE_URL": f"{url}/v1"}
    start = ["qwen", *(["--continue"] if goes_on else [])]
    return Launch([*start, "--auth-type", "openai", *leave, "-p", prompt], environ)


def _opencode(url: str, prompt: str, goes_on: bool, leave: Sequence[str]) -> Launch:
    config = {
        "model": "anthropic/claude-sonnet-4-5",
        "provider": {"anthropic": {"options": {"baseURL": f"{url}/v1", "apiKey": "sk-dummy"}}},
        "permission": "allow",
        "autoupdate": False,
        "share": "disabled",
    }
    start = ["opencode", "run", *(["-c"] if goes_on else [])]
    return Launch([*start, *leave, prompt], {"OPENCODE_CONFIG_CONTENT": json.dumps(config)})


def _copilot(url: str, prompt: str, goes_on: bool, leave: Sequence[str]) -> Launch:
    environ = {
        "COPILOT_PROVIDER_BASE_URL": f"{url}/v1",
        "COPILOT_PROVIDER_API_KEY": "sk-dummy",
        "COPILOT_PROVIDER_TYPE": "openai",
        "COPILOT_MODEL": "gpt-5",
    }
    return Launch(["copilot", *(["--continue"] if goes_on else []), "-p", prompt, *leave], environ)


def _range(step: Look, start: str, lines: str) -> dict[str, int]:
    return {start: step.start, lines: step.lines} if step.lines else {}


def _claude_call(step: Step, work: Path) -> Call:
    match step:
        case Run(command):
            return Call("Bash", {"command": command, "description": "Run it"})
        case Look(path):
            return Call("Read", {"file_path": str(work / path), **_range(step, "offset", "limit")})
        case Change(path, old, new):
            return Call("Edit", {"file_path": str(work / path), "old_string": old, "new_string": new})
        case Write(path, text):
            return Call("Write", {"file_path": str(work / path), "content": text})
    raise ValueError(step)


def _codex_call(step: Step, _work: Path) -> Call:
    match step:
        case Run(command):
            return codex_exec(command) if len(command) % 2 else _printed_whole(command)
        case Together(commands):
            runs = ", ".join(f"tools.exec_command({{cmd: {json.dumps(command)}}})" for command in commands)
            return Call("exec", f"const all = await Promise.all([{runs}]); for (const r of all) text(r.output);")
        case Look(path):
            shown = f"sed -n '{step.start},{step.start + step.lines - 1}p'" if step.lines else "cat"
            return codex_exec(f"{shown} {path}")
        case Change(path, old, new):
            return _patch(f"*** Update File: {path}\n@@\n{_marked('-', old)}{_marked('+', new)}")
        case Write(path, text):
            return _patch(f"*** Add File: {path}\n{_marked('+', text)}")
    raise ValueError(step)


def _printed_whole(command: str) -> Call:
    return Call(
        "exec", f"const r = await tools.exec_command({{cmd: {json.dumps(command)}}}); text(JSON.stringify(r));"
    )


def _marked(mark: str, text: str) -> str:
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


def _patch(body: str) -> Call:
    patch = json.dumps(f"*** Begin Patch\n{body}*** End Patch\n")
    return Call("exec", f"const r = await tools.apply_patch({patch}); text(r.output ?? r);")


def _gemini_call(step: Step, work: Path) -> Call:
    match step:
        case Run(command):
            return Call("run_shell_command", {"command": command, "description": "Run it"})
        case Look(path):
            ends = {"start_line": step.start, "end_line": step.start + step.lines - 1} if step.lines else {}
            return Call("read_file", {"file_path": str(work / path), **ends})
        case Change(path, old, new):
            named = {"file_path": str(work / path), "old_string": old, "new_string": new}
            return Call("replace", {**named, "instruction": "Change it"})
        case Write(path, text):
            return Call("write_file", {"file_path": str(work / path), "content": text})
    raise ValueError(step)


def _qwen_call(step: Step, work: Path) -> Call:
    match step:
        case Run(command):
            return Call("run_shell_command", {"command": command, "description": "Run it", "is_background": False})
        case Look(path):
            return Call("read_file", {"file_path": str(work / path), **_range(step, "offset", "limit")})
        case Change(path, old, new):
            return Call("edit", {"file_path": str(work / path), "old_string": old, "new_string": new})
        case Write(path, text):
            return Call("write_file", {"file_path": str(work / path), "content": text})
    raise ValueError(step)


def _opencode_call(step: Step, work: Path) -> Call:
    match step:
        case Run(command):
            return Call("bash", {"command": command, "description": "Run it"})
        case Look(path):
            return Call("read", {"filePath": str(work / path), **_range(step, "offset", "limit")})
        case Change(path, old, new):
            return Call("edit", {"filePath": str(work / path), "oldString": old, "newString": new})
        case Write(path, text):
            return Call("write", {"filePath": str(work / path), "content": text})
    raise ValueError(step)


def _copilot_call(step: Step, work: Path) -> Call:
    match step:
        case Run(command):
            return Call("bash", {"command": command, "description": "Run it"})
        case Look(path):
            ends = {"view_range": [step.start, step.start + step.lines - 1]} if step.lines else {}
            return Call("view", {"path": str(work / path), **ends})
        case Change(path, old, new):
            return Call("edit", {"path": str(work / path), "old_str": old, "new_str": new})
        case Write(path, text):
            return Call("create", {"path": str(work / path), "file_text": text})
    raise ValueError(step)


_GEMINI_LOGIN = '{"security": {"auth": {"selectedType": "gemini-api-key"}}}'
_NO_SANDBOX = "--dangerously-bypass-approvals-and-sandbox"


def calls(agent: str, step: Step, work: Path) -> tuple[Call, ...]:
    """Return the calls of one answer by which an agent's model does a step in a project."""
    if isinstance(step, Together) and agent != "codex":
        return tuple(AGENTS[agent].call(Run(command), work) for command in step.commands)
    return (AGENTS[agent].call(step, work),)


AGENTS: Mapping[str, Agent] = {
    "claude": Agent(_claude, ("--dangerously-skip-permissions",), _claude_call, ".claude/projects/*/*.jsonl"),
    "codex": Agent(_codex, (_NO_SANDBOX,), _codex_call, ".codex/sessions/*/*/*/rollout-*.jsonl"),
    "gemini": Agent(
        _gemini, ("-y",), _gemini_call, ".gemini/tmp/*/chats/*.jsonl", {".gemini/settings.json": _GEMINI_LOGIN}
    ),
    "qwen": Agent(_qwen, ("-y",), _qwen_call, ".qwen/projects/*/chats/*.jsonl"),
    "opencode": Agent(_opencode, (), _opencode_call, ".local/share/opencode/opencode.db"),
    "copilot": Agent(_copilot, ("--allow-all-tools",), _copilot_call, ".copilot/session-state/*/events.jsonl"),
}
