"""Shows what would happen to the blocks of a text or a request: a table, then the reasons."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from headroom_cli.figures import amount, count
from headroom_cli.page import DIM, GOOD, HEAD, Page, console

if TYPE_CHECKING:
    from rich.console import Console

    from headroom.explanation import Explained
    from headroom.forms import Part

__all__ = ["as_json", "console", "show"]

_NAME_CELLS = 24
_HEADS = ("block", "≈ before", "≈ after", "smaller", "form")


def show(blocks: "Sequence[Explained]", to: "Console", *, texts: bool = False) -> None:
    """Print what would be sent for each block, and why.

    Args:
        texts: print what would be sent, too.
    """
    page = Page(to)
    page.line((" headroom explain ", HEAD), (_total(blocks), DIM))
    rows: list[tuple[Sequence[str], str]] = []
    for number, one in enumerate(blocks, start=1):
        decision = one.decision
        style = "" if decision.text is None else GOOD
        form = _form(decision.text is not None, decision.lossless)
        rows.append(((_name(number, one), *_figures(decision.tokens_before, decision.tokens_after), form), style))
        parts = one.parts if len(one.parts) > 1 else ()
        rows += [(_part_cells(*part), DIM) for part in enumerate(parts, start=1)]
    page.table(_HEADS, rows)
    reasons = [(_name(number, one), (_reason(one), "")) for number, one in enumerate(blocks, start=1)]
    if reasons:
        page.line()
        page.rows(reasons)
    for number, one in enumerate(blocks, start=1) if texts else ():
        page.line()
        page.line((f" {_name(number, one)}", HEAD))
        for line in one.text.splitlines():
            page.line((line, ""))


def as_json(one: "Explained", *, texts: bool = False) -> dict[str, object]:
    """Return what is told of a block, for machines."""
    decision = one.decision
    told: dict[str, object] = {
        "message": one.block.message,
        "kind": one.block.kind,
        "tool": one.block.tool,
        "query": one.block.query,
        "tokens_before": decision.tokens_before,
        "tokens_after": decision.tokens_after,
        "compressor": decision.compressor,
        "lossless": decision.lossless,
        "reason": one.why,
        "parts": [
            {
                "compressor": part.compressor,
                "lossless": part.lossless,
                "tokens_before": part.tokens_before,
                "tokens_after": part.tokens_after,
                "reason": part.reason,
            }
            for part in one.parts
        ],
    }
    return told | ({"text": one.text} if texts else {})


def _total(blocks: "Sequence[Explained]") -> str:
    before = sum(one.decision.tokens_before for one in blocks)
    after = sum(one.decision.tokens_after for one in blocks)
    if not blocks:
        return "no tool results in it"
    return f"{count(len(blocks), 'block')}, ≈ {amount(before)} → {amount(after)} tokens"


def _name(number: int, one: "Explained") -> str:
    name = f"{number} {one.block.tool or 'text'}"
    return name if len(name) <= _NAME_CELLS else name[: _NAME_CELLS - 1] + "…"


def _figures(before: int, after: int) -> tuple[str, str, str]:
    smaller = f"{100 * (before - after) / before:.1f} %" if after != before and before else "-"
    return amount(before), amount(after), smaller


def _form(is_changed: bool, lossless: bool) -> str:
    if not is_changed:
        return "as it is"
    return "lossless" if lossless else "lossy"


def _part_cells(number: int, part: "Part") -> Sequence[str]:
    form = _form(bool(part.compressor), part.lossless)
    return (f"  part {number}", *_figures(part.tokens_before, part.tokens_after), form)


def _reason(one: "Explained") -> str:
    """Say what was done by which row, part by part where there are several."""
    decision = one.decision
    if decision.text is None:
        return f"as it is: {one.why}"
    told = decision.compressor
    if len(one.parts) > 1:
        said = (f"part {n}: {part.compressor or part.reason}" for n, part in enumerate(one.parts, start=1))
        told = "; ".join(said)
    kept = "nothing is left out" if decision.lossless else f"the original is {decision.original}"
    return f"{told}; {kept}"
