"""What would happen to a text or a request, block by block and part by part, and why. Nothing is written."""

from typing import NamedTuple

from headroom import conversation, library, request_json
from headroom import messages as walker
from headroom.compressors import COMPRESSORS, sources
from headroom.forms import Part
from headroom.policy import Policy
from headroom.types import Block, Decision


class Explained(NamedTuple):
    """One block: what would be sent for it, and what its parts would become."""

    block: Block
    decision: Decision
    parts: tuple[Part, ...]
    """Empty where no row made its new form."""
    why: str
    """Why it stays as it is, in plain words; empty where it does not."""

    @property
    def text(self) -> str:
        """What would be sent."""
        return self.block.text if self.decision.text is None else self.decision.text


def explain_text(
    text: str, *, tool: str = "", tool_input: str = "", query: str = "", policy: Policy | str | None = None
) -> Explained:
    """Explain a tool's output. The arguments and what is raised are those of library.compress_text."""
    block = conversation.text_block(text, tool, tool_input, query)
    (explained,) = _explain([block], [tool_input], policy, "")
    return explained


def explain_json(data: bytes, *, query: str | None = None, policy: Policy | str | None = None) -> list[Explained]:
    """Explain a request's body, or a list of messages, as JSON. Raises as library.compress_json does."""
    request = request_json.read(data)
    found = walker.find(request.messages, query, library.only_tool(request.tools))
    return _explain([place.block for place in found.places], found.inputs, policy, request.model)


def _explain(blocks: list[Block], inputs: list[str], policy: Policy | str | None, model: str) -> list[Explained]:
    holds = conversation.effective(policy)
    encoding = conversation.encoding_of(model)
    blocks = conversation.with_touched(blocks, inputs, holds)
    decisions = conversation.foresee(blocks, inputs, holds, encoding)
    return [
        Explained(block, decision, _parts(block, decision, holds, encoding), _why(block, decision, holds))
        for block, decision in zip(blocks, decisions, strict=True)
    ]


def _parts(block: Block, decision: Decision, policy: Policy, encoding: str) -> tuple[Part, ...]:
    """Return the parts of a block that was changed by rows, not by a pointer to an earlier one."""
    rows = {row.name for row in COMPRESSORS}
    is_by_rows = decision.text is not None and rows.issuperset(decision.compressor.split("+"))
    return conversation.parts(block, policy, encoding) if is_by_rows else ()


def _why(block: Block, decision: Decision, policy: Policy) -> str:
    """Say in plain words why a block stays as it is."""
    if decision.text is not None:
        return ""
    reason = decision.reason
    if reason in ("off", "protected") and not policy.for_tool(block.tool).enabled:
        return f"switched off for {block.tool or 'all tools'} (compress.tools, compress.enabled)"
    if reason == "floor":
        return f"shorter than the floor of {policy.floor_tokens:,} tokens"
    if reason == "protected":
        return f"results of {block.tool or 'this tool'} are protected (compress.protected_tools)"
    if reason == "retrieved":
        return "an original that was asked for again is never compressed"
    if sources.content(block.tool, block.tool_input) == "source":
        return f"a file that may be edited stays verbatim: {sources.file_read(block.tool_input)} ({reason})"
    return reason
