"""One block, side by side: what came, and what was sent instead. Texts are cut and marked, never rendered.

Marks compare whole lines, colours aside: one of the original that is not in what was sent was left out or put
otherwise; one of what was sent that is not in the original is headroom's own. Where hardly a line is the same, the
form is another one (a table made of JSON) and nothing is marked.
"""

import re
from collections import Counter
from typing import Any, Final

from headroom.dashboard.conversation import Listed
from headroom.dashboard.view import reason, row
from headroom.dashboard.visible import visible
from headroom.types import Decision

_MOST_CHARS: Final = 300_000
"""Of each side; more is cut, and said so."""
_LEAST_SHARED: Final = 0.1
"""With a smaller share of the shorter side's lines in both, lines say nothing."""

_RAW = "It went out as it came ({}). headroom keeps no copy of what it does not shorten."
_RETRIEVED = "The model asked for this original again, so it went out in full. No second copy of it is kept."
_AUDITED = "Audit mode: it went out as it came. What would have been sent is counted, but not kept."
_GONE = "What was sent is not kept any more: decisions go when they were not used for some days (store.ttl_days)."
_OVERRULED = "The provider refused the shorter form, so since then it is sent as it came."
_REWRITTEN = (
    "It was rewritten while the provider's cache was cold; below is the form that was sent in its first request."
)
_LOSSLESS = "Nothing was left out: what was sent holds all of it in fewer tokens, so no original is kept."
_REPEAT = "It points back to an earlier result that stands in full above it, so no original is kept."
_LOST = "The original is gone: it was not used for some days (store.ttl_days). What was sent is below."
_BOTH = "Parts were left out; the model can get all of it back. The original is kept on this machine."

_COLOURS = re.compile(r"\x1b\[[0-9;:]{0,40}[A-Za-z]")


def sides(listed: Listed, decision: Decision | None, original: str | None) -> dict[str, Any]:
    """Return both sides of a block, as far as there are any, and a note that says what is missing.

    Args:
        listed: the block's line in the session log.
        decision: what the memo holds for its key; None for nothing.
        original: from the store, under the key that the decision names; None where it is gone or was never kept.
    """
    line = listed.line
    told = row(listed) | {
        "key": decision.original if decision else "",
        "note": _note(listed, decision, original),
        "original": None,
        "sent": None,
        "marked": False,
    }
    if line.retrieval or not line.compressor or decision is None or decision.text is None:
        return told
    if original is None:
        return told | {"sent": _whole(decision.text)}
    came, sent, is_marked = _marked(original, decision.text)
    return told | {"original": came, "sent": sent, "marked": is_marked}


def _note(listed: Listed, decision: Decision | None, original: str | None) -> str:
    line = listed.line
    if line.retrieval:
        return _RETRIEVED
    if not line.compressor:
        return _RAW.format(reason(line.reason) or "no reason was logged")
    if decision is None:
        return _AUDITED if listed.mode == "audit" else _GONE
    if decision.text is None:
        return _OVERRULED
    said = [_REWRITTEN] if (decision.compressor, decision.tokens_after) != (line.compressor, line.after) else []
    if decision.original:
        said.append(_BOTH if original is not None else _LOST)
    else:
        said.append(_REPEAT if decision.compressor == "reread" else _LOSSLESS)
    return " ".join(said)


def _whole(text: str) -> dict[str, Any]:
    return _side([(visible(text[:_MOST_CHARS]), False)], text)


def _side(runs: list[tuple[str, bool]], text: str) -> dict[str, Any]:
    cut = max(len(text) - _MOST_CHARS, 0)
    return {"runs": runs, "lines": text.count("\n") + 1, "chars": len(text), "cut": cut}


def _marked(original: str, sent: str) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Return both sides, their lines marked where they say something: linear in the texts."""
    theirs, ours = _lines(original), _lines(sent)
    left, right = Counter(map(_bare, theirs)), Counter(map(_bare, ours))
    shared = left & right
    shared.pop("", None)
    if shared.total() < _LEAST_SHARED * min(len(theirs), len(ours)):
        return _whole(original), _whole(sent), False
    came = _side(_runs(theirs, right), original)
    return came, _side(_runs(ours, left), sent), True


def _lines(text: str) -> list[str]:
    return text[:_MOST_CHARS].splitlines(keepends=True)


def _bare(line: str) -> str:
    """Return what of a line is compared: not its colours, nor the blanks at its end."""
    return _COLOURS.sub("", line).rstrip()


def _runs(lines: list[str], others: Counter[str]) -> list[tuple[str, bool]]:
    """Return lines put together, with whether they are missing among the others; each of those serves once."""
    rest = others.copy()
    runs: list[tuple[list[str], bool]] = []
    for line in lines:
        bare = _bare(line)
        is_missing = rest[bare] <= 0 if bare else bool(runs and runs[-1][1])
        rest[bare] -= 1
        if not runs or runs[-1][1] != is_missing:
            runs.append(([], is_missing))
        runs[-1][0].append(line)
    return [(visible("".join(part)), is_missing) for part, is_missing in runs]
