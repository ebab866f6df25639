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


LOG = "".join(f"2024-01-15 10:00:{at:02d} INFO tick {at} took {at}ms\n" for at in range(60))
ROWS = "[" + ", ".join(f'{{"id": {at}, "name": "n{at}"}}' for at in range(60)) + "]"
COLOURED = "\x1b[31mred\x1b[0m\n" * 60


@pytest.mark.parametrize("row", COMPRESSORS, ids=lambda row: row.name)
@pytest.mark.parametrize("note", ["<system-reminder>be kind</system-reminder>", "<persisted-output>"])
@pytest.mark.parametrize("budget", [None, 100])
def test_no_compressor_touches_a_text_with_such_a_note(row: Compressor, note: str, budget: int | None) -> None:
    text = {"json_rows": ROWS.replace("n7", note), "logs": LOG + note, "terminal": COLOURED + note}[row.name]
    with pytest.raises(PassThrough):
        row.compress(text, Context(budget_tokens=budget))
