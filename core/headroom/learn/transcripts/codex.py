"""Codex: ~/.codex/sessions/YYYY/MM/DD/rollout-TIME-ID.jsonl: what was sent and received, and events beside it.

Seen in 0.169, whose model writes JavaScript for a tool `exec`: the commands and patches that a script really ran
are told by events between its call and its output. Older versions call `shell`, `exec_command` or `apply_patch`
themselves (https://github.com/openai/codex, codex-rs/protocol/src/models.rs).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from headroom.learn.transcripts.codex_output import unwrapped
from headroom.learn.transcripts.codex_script import script_call
from headroom.learn.transcripts.gathering import Gathering, as_json
from headroom.learn.transcripts.records import Record, inside, mapping, number, objects, parsed, records, word
from headroom.learn.types import Transcript

_SCRIPT = "exec"
_NOT_WORDS = (
    "<environment_context",
    "<user_instructions",
    "<permissions",
    "<turn_aborted",
    "<skill",
    "<subagent_",
    "<user_shell_command",
    "<collaboration_mode",
    "# AGENTS.md instructions",
)
"""How texts begin that stand in the user's messages but are not the user's."""
_DONE = frozenset({"completed", "success"})


class _Ran(NamedTuple):
    """A command or a patch that a script ran."""

    tool: str
    given: Mapping[str, object]
    output: str
    failed: bool
    code: int | None
    denied: bool = False


@dataclass
class _Script:
    """A script under way: what it ran so far."""

    identity: str
    source: str
    t: float | None
    ran: list[_Ran] = field(default_factory=list)


class _Rollout:
    """A rollout while it is being read."""

    def __init__(self, session: Gathering) -> None:
        self.session = session
        self.script: _Script | None = None
        self.codes: dict[str, int | None] = {}
        self.count = 0

    def take(self, record: Record) -> None:
        """Take in one line."""
        t = self.session.at(record.get("timestamp"))
        payload = record.get("payload")
        if isinstance(payload, dict):
            key = (word(record.get("type")), word(payload.get("type")))
            # The first versions wrote the items bare, and events by their own names.
            take = _TAKES.get(key) or _TAKES.get((key[0], ""))
            if take:
                take(self, payload, t)

    def meta(self, payload: Record, _t: float | None) -> None:
        """What the session is. A fork's own comes first, before those of the sessions that it copies."""
        if not self.session.project:
            self.session.session = word(payload.get("id")) or self.session.session
            self.session.project = word(payload.get("cwd"))

    def message(self, payload: Record, t: float | None) -> None:
        """What the user or the model said."""
        role = word(payload.get("role"))
        if role not in {"user", "assistant"} or not self.session.is_new(payload.get("id")):
            return
        texts = [word(part.get("text")) for part in objects(payload.get("content"))]
        if role == "user":
            texts = [text for text in texts if not text.lstrip().startswith(_NOT_WORDS)]
        self.session.says(role, "\n".join(texts), t)

    def function_call(self, payload: Record, t: float | None) -> None:
        """A call with JSON for arguments."""
        given = parsed(word(payload.get("arguments"))) or {}
        self._begin(payload, word(payload.get("name")), given, t)

    def local_shell_call(self, payload: Record, t: float | None) -> None:
        """A call of the shell that the API itself defines."""
        self._begin(payload, "local_shell", mapping(payload.get("action")), t)

    def custom_tool_call(self, payload: Record, t: float | None) -> None:
        """A call with free text: a script, or a patch."""
        source = word(payload.get("input"))
        if word(payload.get("name")) != _SCRIPT:
            self._begin(payload, word(payload.get("name")), {"input": source}, t)
        elif self.session.is_new(payload.get("call_id")):
            self._close("", failed=False)
            self.script = _Script(word(payload.get("call_id")), source, t)

    def output(self, payload: Record, _t: float | None) -> None:
        """What a call gave."""
        identity = word(payload.get("call_id"))
        text, failed, code = unwrapped(payload.get("output"))
        if self.script and self.script.identity == identity:
            # An exit code is that of the command that it ran, which the event beside it tells too.
            self._close(text, failed and code is None)
        else:
            self.session.gives(identity, text, failed, self.codes.pop(identity, None) if code is None else code)

    def command_ended(self, payload: Record, _t: float | None) -> None:
        """How a command ended, as older versions tell it."""
        self.codes[word(payload.get("call_id"))] = number(payload.get("exit_code"))

    def item(self, payload: Record, _t: float | None) -> None:
        """Something that is complete: of interest is what a script or a call ran."""
        found = mapping(payload.get("item"))
        ran = _ran(found)
        if ran and self.script:
            self.script.ran.append(ran)
        elif ran:
            self.codes[word(found.get("id"))] = ran.code

    def _begin(self, payload: Record, tool: str, given: Mapping[str, object], t: float | None) -> None:
        identity = word(payload.get("call_id")) or word(payload.get("id"))
        if self.session.is_new(identity):
            self.session.calls(identity, tool, given, t)

    def finish(self) -> None:
        """Take in what a script ran that the session ended in."""
        self._close("", failed=False)

    def _close(self, text: str, failed: bool) -> None:
        """Add what the script ran; where nothing is told of that, the script itself."""
        script, self.script = self.script, None
        if script is None:
            return
        ran = list(script.ran)
        if len(ran) == 1 and text and not failed and ran[0].code is not None:
            ran[0] = ran[0]._replace(output=text)
        if failed or not ran:
            tool, given = script_call(script.source, skip=len(ran))
            if tool or not ran:
                ran.append(_Ran(tool or _SCRIPT, given, text, failed, None))
        for one in ran:
            self.count += 1
            identity = f"{script.identity} {self.count}"
            self.session.calls(identity, one.tool, one.given, script.t)
            self.session.gives(identity, one.output, one.failed, one.code, one.denied)


def _ran(item: Record) -> _Ran | None:
    kind = item.get("type")
    status = word(item.get("status"))
    failed, denied = status not in _DONE, status == "declined"
    if kind == "CommandExecution":
        given = {"command": item.get("command"), "workdir": word(item.get("cwd")).removeprefix("file://")}
        code = number(item.get("exit_code"))
        return _Ran("exec_command", given, word(item.get("aggregated_output")), failed, code, denied)
    if kind == "FileChange":
        changes = mapping(item.get("changes"))
        paths = list(changes)
        diffs = [word(inside(changes, path, "unified_diff")) for path in paths]
        given = {"path": paths[0] if paths else "", "paths": paths, "diff": "\n".join(diffs)}
        output = word(item.get("stdout")) or word(item.get("stderr"))
        return _Ran("apply_patch", given, output, failed, None, denied)
    if kind == "McpToolCall":
        result = as_json(item.get("result"))
        return _Ran(word(item.get("tool")), mapping(item.get("arguments")), result, failed, None)
    return None


def read(path: Path, seen: set[str] | None = None) -> Iterator[Transcript]:
    """Yield the session of a file. Raises OSError."""
    session = Gathering("codex", path.stem, seen)
    rollout = _Rollout(session)
    for record in records(path):
        if record is None:
            session.damaged += 1
        else:
            rollout.take(record)
    rollout.finish()
    yield from session.done()


_Take = Callable[[_Rollout, Record, float | None], None]
_TAKES: Mapping[tuple[str, str], _Take] = {
    ("session_meta", ""): _Rollout.meta,
    ("response_item", "message"): _Rollout.message,
    ("response_item", "function_call"): _Rollout.function_call,
    ("response_item", "local_shell_call"): _Rollout.local_shell_call,
    ("response_item", "custom_tool_call"): _Rollout.custom_tool_call,
    ("response_item", "function_call_output"): _Rollout.output,
    ("response_item", "local_shell_call_output"): _Rollout.output,
    ("response_item", "custom_tool_call_output"): _Rollout.output,
    ("event_msg", "exec_command_end"): _Rollout.command_ended,
    ("event_msg", "item_completed"): _Rollout.item,
}
