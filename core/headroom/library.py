"""The engine as a function: `from headroom import compress`. No proxy is needed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from headroom import conversation, request_json, tokens
from headroom import messages as walker
from headroom.policy import Policy
from headroom.types import Block, Decision, Kind


@dataclass(frozen=True, slots=True)
class BlockResult:
    """What became of one tool result."""

    message: int
    """Index of the message that it stands in."""
    kind: Kind
    tool: str
    """The tool's name; empty when the call is not in the messages."""
    compressor: str
    """The rows that made its new form, as "json_rows+logs"; empty where it stays as it was."""
    lossless: bool
    tokens_before: int
    tokens_after: int
    reason: str
    """Why it stays as it was; empty where it does not."""
    ref: str
    """The original's key, for `headroom retrieve`; empty where nothing was left out."""

    @classmethod
    def of(cls, block: Block, decision: Decision) -> "BlockResult":
        """Return what was decided for a block."""
        return cls(
            message=block.message,
            kind=block.kind,
            tool=block.tool,
            compressor=decision.compressor,
            lossless=decision.lossless,
            tokens_before=decision.tokens_before,
            tokens_after=decision.tokens_after,
            reason=decision.reason,
            ref=decision.original,
        )


@dataclass(frozen=True, slots=True)
class CompressResult:
    """Messages with shorter tool results, and an account of them."""

    messages: list[Any]
    """A new list; a message in which nothing was done is the very object that was given."""
    tokens_before: int
    """Of all text in the messages: what was said, tool results, the inputs of tool calls."""
    tokens_after: int
    blocks: tuple[BlockResult, ...]
    """Every text of a tool result, in order."""

    @property
    def tokens_saved(self) -> int:
        """How many tokens fewer there are."""
        return self.tokens_before - self.tokens_after

    @property
    def transforms_applied(self) -> tuple[str, ...]:
        """The rows that were used, in order, each once."""
        used = [name for block in self.blocks if block.compressor for name in block.compressor.split("+")]
        return tuple(dict.fromkeys(used))


def compress(
    messages: Sequence[Any],
    *,
    model: str = "",
    query: str | None = None,
    policy: Policy | str | None = None,
    tools: Sequence[Any] | None = None,
) -> CompressResult:
    """Return the messages of a conversation with their tool results in a shorter form.

    Takes the lists of Anthropic's Messages API and of OpenAI's Chat Completions and Responses APIs, as dicts or as
    the SDKs' objects, told apart by shape. Nothing that is given is changed, and nothing but tool results differs
    in what is returned. An original of which something was left out is in the store before this returns; where
    the store cannot be written, nothing is left out. An error of our own leaves the result as it was. The first
    messages of a conversation come out the same however long it grows, so the provider's prompt cache holds.

    Args:
        messages: the conversation, from its beginning.
        model: the model's name, by which tokens are counted: cl100k_base for gpt-4 and gpt-3.5-turbo,
            o200k_base for any other.
        query: what is looked for in the results; None takes, for each, the last user text before it.
        policy: what may be done: a Policy, a level ("lossless", "balanced", "aggressive"), or None for the
            user's settings, with those of the project in the working folder.
        tools: the request's tools. Where there is but one, a result whose call is missing is taken to be its.

    Raises:
        ValueError: there is no such level, or (SettingError) the user's settings are wrong.
        TypeError: messages is no list, but a text or a whole request.
    """
    if isinstance(messages, (str, bytes, Mapping)) or not isinstance(messages, Iterable):
        raise TypeError(f"messages must be a list of messages, not a {type(messages).__name__}")
    messages = list(messages)
    result, changes = _compress(messages, model, query, policy, tools or ())
    by_message: dict[int, list[tuple[walker.Path, str]]] = {}
    for (number, *path), text in changes.items():
        by_message.setdefault(int(number), []).append((tuple(path), text))
    changed = {number: walker.replace(messages[number], texts) for number, texts in by_message.items()}
    return replace(result, messages=[changed.get(number, message) for number, message in enumerate(messages)])


def compress_text(
    text: str, *, tool: str = "", tool_input: str = "", query: str = "", policy: Policy | str | None = None
) -> tuple[str, BlockResult]:
    """Return one tool's output in a shorter form, or as it is, and what was done. Raises as `compress` does.

    Args:
        tool_input: the call's input as JSON text, or the shell command.
    """
    block = conversation.text_block(text, tool, tool_input, query)
    (decision,) = conversation.decide([block], [tool_input], conversation.effective(policy))
    return text if decision.text is None else decision.text, BlockResult.of(block, decision)


def compress_json(
    data: bytes, *, query: str | None = None, policy: Policy | str | None = None
) -> tuple[bytes, CompressResult]:
    """Do what `compress` does to a request's body, or a list of messages, as JSON bytes.

    All bytes that do not belong to a changed tool result stay as they are. Raises NotMessages (ValueError) for
    other bytes, and as `compress` does.
    """
    request = request_json.read(data)
    result, changes = _compress(request.messages, request.model, query, policy, request.tools)
    texts = {(*request.at, *path): text for path, text in changes.items()}
    return request_json.splice(data, texts), result


def only_tool(tools: Sequence[Any]) -> str:
    """Return the name of the tool where a request has but one; empty otherwise."""
    tool = tools[0] if len(tools) == 1 and isinstance(tools[0], dict) else {}
    function = tool.get("function")
    name = (function if isinstance(function, dict) else tool).get("name")
    return name if isinstance(name, str) else ""


def _compress(
    messages: Sequence[Any], model: str, query: str | None, policy: Policy | str | None, tools: Sequence[Any]
) -> tuple[CompressResult, dict[walker.Path, str]]:
    """Return the account, without messages, and the new texts by where they belong."""
    found = walker.find(messages, query, only_tool(tools))
    encoding = conversation.encoding_of(model)
    blocks = [place.block for place in found.places]
    decisions = conversation.decide(blocks, found.inputs, conversation.effective(policy), encoding)
    other = sum(tokens.count(text, encoding) for text in found.texts)
    result = CompressResult(
        messages=[],
        tokens_before=other + sum(decision.tokens_before for decision in decisions),
        tokens_after=other + sum(decision.tokens_after for decision in decisions),
        blocks=tuple(map(BlockResult.of, blocks, decisions)),
    )
    changes: dict[walker.Path, str] = {
        (place.block.message, *place.path): decision.text
        for place, decision in zip(found.places, decisions, strict=True)
        if decision.text is not None
    }
    return result, changes
