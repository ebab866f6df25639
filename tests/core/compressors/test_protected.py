import json
from contextlib import suppress
from pathlib import Path

import pytest

from headroom import markers
from headroom.compressors import COMPRESSORS, protected
from headroom.types import Compressor, Context, PassThrough


@pytest.mark.parametrize(
    "text",
    [
        "a\n<system-reminder>\nb",
        "</system-reminder>",
        "<persisted-output>Output too large",
        "x " + markers.omission(3, 5, "rows", "", "/p/0123456789ab.txt"),
    ],
)
def test_notes_to_the_model_stay_verbatim(text: str) -> None:
    with pytest.raises(PassThrough):
        protected.refuse(text)


@pytest.mark.parametrize("text", ["", "system-reminder", "<system>", "[head]", "headroom: x"])
def test_other_text_is_not_protected(text: str) -> None:
    protected.refuse(text)


FIXTURES = Path(__file__).parents[2] / "fixtures"


def sample(row: Compressor) -> tuple[str, Context]:
    """Return the smallest text of the row's own that it has a form for, with its context."""
    for file in sorted((FIXTURES / row.name).glob("*.in"), key=lambda file: (file.stat().st_size, file.name)):
        beside = file.with_suffix(".json")
        context = Context(**json.loads(beside.read_text())) if beside.exists() else Context()
        text = file.read_bytes().decode()
        with suppress(PassThrough):
            row.compress(text, context)
            return text, context
    raise AssertionError(f"no fixture of {row.name} has a form")


@pytest.mark.parametrize("row", COMPRESSORS, ids=lambda row: row.name)
@pytest.mark.parametrize("note", ["<system-reminder>be kind</system-reminder>", "<persisted-output>"])
def test_no_compressor_touches_a_text_with_such_a_note(row: Compressor, note: str) -> None:
    text, context = sample(row)
    for budget in (None, context.budget_tokens or 100):
        with pytest.raises(PassThrough):
            row.compress(f"{text}\n{note}", context._replace(budget_tokens=budget))
