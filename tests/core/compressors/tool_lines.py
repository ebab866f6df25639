"""Checks a tool's table against lines whose kind is known."""

from headroom.compressors import run_reading, run_rows
from headroom.compressors.run_rows import Tool


def kinds(tool: Tool, text: str) -> list[str]:
    """Return the kind and label of each line, after a check that the tool knows its own text."""
    assert run_reading.spoken(text, (tool,)) == (tool,)
    report = run_reading.read(text, (tool,))
    return [f"{kind} {label}".strip() for kind, label in zip(report.kinds, report.labels, strict=True)]


def has_sense(tool: Tool) -> bool:
    """Whether every row that may leave a line out has something to count it by."""
    return all(
        row.label or "?P<label>" in row.pattern for row in tool.rows if row.kind in ("noise", "mild")
    ) and bool(run_rows.table((tool,)).rows)
