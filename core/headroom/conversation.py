"""Decides about all blocks of a conversation at once, where there is no proxy that does it request by request.

The same rows, policy and store as the proxy's. A decision depends on what stands before its block alone, so a
conversation that grows comes out with the same beginning.
"""

import re
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from headroom import settings, tokens
from headroom.compressors import COMPRESSORS
from headroom.decision import Decider
from headroom.forms import Part
from headroom.history import History, is_touched, trace
from headroom.pipeline import describe
from headroom.policy import Policy
from headroom.store import Nowhere, SqliteStore
from headroom.types import Block, Decision, Earlier

_CL100K: Final = re.compile(r"(?:.*[/:])?gpt-(?:3\.?5\b|4(?![\w.])).*")
"""Models that read cl100k_base; every other is counted with o200k_base."""


def encoding_of(model: str) -> str:
    """Return the encoding by which a model's tokens are counted."""
    return "cl100k_base" if _CL100K.fullmatch(model.lower()) else "o200k_base"


def effective(policy: Policy | str | None) -> Policy:
    """Return the policy that is meant: this one, the user's, or the user's at another level.

    Raises ValueError (SettingError) for a level that there is not, or for wrong settings.
    """
    if isinstance(policy, Policy):
        return policy
    level = {} if policy is None else {"compress.level": policy}
    return settings.load(level, flags_from="policy", folder=settings.working_folder()).policy()


def text_block(text: str, tool: str = "", tool_input: str = "", query: str = "") -> Block:
    """Return a tool's output as the one block of a conversation.

    Args:
        tool_input: the call's input as JSON text, or the shell command.
    """
    return Block(0, 0, text, "tool_result", "user", tool, tool_input, query, 0, calls=1)


def decide(
    blocks: Sequence[Block], inputs: Sequence[str], policy: Policy, encoding: str = "o200k_base"
) -> list[Decision]:
    """Decide about the blocks of a conversation. Originals of which something is left out are in the store then.

    Where the store cannot be written, nothing is left out. An error of our own leaves the block as it was.

    Args:
        inputs: of all tool calls, in order, as JSON text.
        encoding: by which tokens are counted.
    """
    store = SqliteStore(settings.state_dir() / "store")
    try:
        decisions = _decide_all(blocks, inputs, policy, _decider(store, store.originals, encoding))
        if any(decision.original for decision in decisions):
            _prune(store)
        return decisions
    finally:
        store.close()


def foresee(
    blocks: Sequence[Block], inputs: Sequence[str], policy: Policy, encoding: str = "o200k_base"
) -> list[Decision]:
    """Return what `decide` would decide; nothing is written."""
    return _decide_all(blocks, inputs, policy, _decider(Nowhere(_originals()), _originals(), encoding))


def parts(block: Block, policy: Policy, encoding: str = "o200k_base") -> tuple[Part, ...]:
    """Return what the rows make of the parts of a block, whatever else would be decided about it."""
    decider = _decider(Nowhere(_originals()), _originals(), encoding)
    return decider.form(block, policy.for_tool(block.tool)).parts


def with_touched(blocks: Sequence[Block], inputs: Sequence[str], policy: Policy) -> list[Block]:
    """Return the blocks, each told whether its file is one that may be edited; only code mode asks."""
    if not policy.code_mode:
        return list(blocks)
    return [block._replace(touched=is_touched(block, inputs[: block.calls])) for block in blocks]


def _originals() -> Path:
    return SqliteStore(settings.state_dir() / "store").originals


def _decider(store: SqliteStore | Nowhere, originals: Path, encoding: str) -> Decider:
    return Decider(store, partial(tokens.count, encoding=encoding), str(originals), COMPRESSORS)


def _decide_all(
    blocks: Sequence[Block], inputs: Sequence[str], policy: Policy, decider: Decider
) -> list[Decision]:
    history = History()
    decisions = []
    for number, block in enumerate(with_touched(blocks, inputs, policy)):
        said = trace(block)
        decision = _decide(block, policy, decider, history.find(said))
        decisions.append(decision)
        history.add(said, str(number), decision, partial(str, block.text))
    return decisions


def _decide(block: Block, policy: Policy, decider: Decider, earlier: Earlier | None) -> Decision:
    try:
        try:
            return decider.decide(block, policy, None, earlier)
        except OSError:
            # The original cannot be kept, so nothing may be left out.
            lossless = replace(policy, lossy=False, tools=())
            return decider.decide(block, lossless, None, earlier)
    except Exception as error:  # noqa: BLE001 - law 3: a failing compressor costs its saving, nothing else
        before = decider.count(block.text)
        reason = f"error: {describe(error)}"
        return Decision(None, reason=reason, tokens_before=before, tokens_after=before)


_pruned: set[str] = set()
_lock = threading.Lock()


def _prune(store: SqliteStore) -> None:
    """Take away originals that nobody used for long: once in a process, for where no proxy does it."""
    with _lock:
        if str(store.originals) in _pruned:
            return
        _pruned.add(str(store.originals))
    with suppress(OSError, settings.SettingError):
        values = settings.load()
        store.prune(time.time(), values["store.ttl_days"] * 86_400, values["store.max_mb"] << 20)
