import json
from pathlib import Path

import pytest

from headroom import markers
from headroom.compressors import prose
from headroom.types import Context, PassThrough
from tests.bench import workloads_text
from tests.bench.needles import survives
from tests.core.compressors.test_prose_words import ENGLISH, LANGUAGES

FIXTURES = Path(__file__).parents[2] / "fixtures"
ORIGINAL = "/srv/state/originals/0123456789ab.txt"
HELP = "usage: shop [options]\n\noptions:\n" + "".join(
    f"  -{name}, --{name}{name}  what it does\n" for name in "abcdefgh"
)


@pytest.mark.parametrize("name", LANGUAGES)
def test_looks_like_prose(name: str) -> None:
    assert prose.looks_like(LANGUAGES[name] * 8)


@pytest.mark.parametrize("text", [HELP, "SHOP(1)\n\nNAME\n       shop - sell things\n\nDESCRIPTION\n"])
def test_looks_like_a_manual(text: str) -> None:
    assert prose.looks_like(text)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{n:6}\t{ENGLISH}\n" for n in range(30)),
        "".join(f"2026-01-05 10:00:{n:02} {ENGLISH}\n" for n in range(30)),
        f"\x1b[1m{ENGLISH * 5}\x1b[0m",
        "",
    ],
    ids=["numbered lines", "dated lines", "colours", "empty"],
)
def test_other_texts_do_not(text: str) -> None:
    assert not prose.looks_like(text)


def test_no_fixture_of_another_family_looks_like_prose() -> None:
    others = [file for name in ("logs", "json_rows", "terminal") for file in (FIXTURES / name).glob("*.in")]
    assert others
    assert not [file.name for file in others if prose.looks_like(file.read_bytes().decode())]


def test_there_is_no_lossless_form() -> None:
    with pytest.raises(PassThrough, match="lossy"):
        prose.compress(ENGLISH * 50, Context())


@pytest.mark.parametrize("text", ["x = 1\n" * 500, ENGLISH + "def f(x):\n    return x\n" * 2000])
def test_what_is_not_prose_all_through_passes(text: str) -> None:
    with pytest.raises(PassThrough, match="not prose"):
        prose.compress(text, Context(budget_tokens=100))


@pytest.mark.parametrize("note", ["<system-reminder>x</system-reminder>", "[headroom: 1 of 2 rows omitted]"])
def test_protected_text_passes(note: str) -> None:
    with pytest.raises(PassThrough, match="verbatim"):
        prose.compress(ENGLISH * 20 + note, Context(budget_tokens=100))


@pytest.mark.parametrize("make", [workloads_text.readme, workloads_text.man_page])
def test_needles_survive_and_the_marker_counts(make) -> None:  # type: ignore[no-untyped-def]
    for seed in range(8):
        work = make(seed)
        done = prose.compress(work.text, Context(work.query, work.tool, work.tool_input, 1500, ORIGINAL))
        assert [needle for needle in work.needles if not survives(needle, done.text)] == []
        said = markers.parse(done.text.splitlines()[0])
        assert said is not None
        assert said.omitted == sum(done.omitted.values())
        assert said.total == said.omitted + done.kept


def test_every_sentence_of_a_fixture_is_there_or_counted() -> None:
    file = FIXTURES / "prose" / "readme_generated.in"
    context = Context(**json.loads(file.with_suffix(".json").read_text()))
    done = prose.compress(file.read_text(), context)
    noted = sum(
        int(word.replace(",", ""))
        for line in done.text.splitlines()
        if line.startswith("[… ")
        for word in line[3:-1].split()
        if word.replace(",", "").isdecimal()
    )
    assert noted == sum(done.omitted.values())
