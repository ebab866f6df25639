import random

import pytest

from headroom import tokens
from headroom.compressors import prose_selection, prose_sentences
from tests.core.compressors.test_prose_words import ENGLISH

FILLER = [
    f"The {noun} keeps what the {other} has told it."
    for noun in ["queue", "worker", "table"]
    for other in ["peer", "job", "index", "plan"]
]


def text(planted: str, seed: int = 1, paragraphs: int = 60) -> str:
    chance = random.Random(seed)
    parts = [" ".join(chance.choice(FILLER) for _ in range(6)) for _ in range(paragraphs)]
    parts[paragraphs // 2] += f" {planted} " + chance.choice(FILLER)
    return "\n\n".join(f"## Part {n}\n\n{part}" if n % 10 == 0 else part for n, part in enumerate(parts))


@pytest.mark.parametrize(
    "planted",
    [
        "Starting it twice fails with error E4711.",
        "You must never copy the journal by hand.",
        "The limit is 8192 entries a day.",
        "Certificates are rotated by the keyring service.",
    ],
)
def test_what_matters_survives(planted: str) -> None:
    whole = text(planted)
    fitted = prose_selection.fit(whole, "how are certificates rotated?", 400)
    assert planted in fitted.text
    assert tokens.count(fitted.text) < 0.5 * tokens.count(whole)


def test_a_text_within_its_budget_is_as_it_is() -> None:
    fitted = prose_selection.fit(ENGLISH, "", 1000)
    assert fitted.text == ENGLISH
    assert not fitted.omitted


def test_the_budget_is_used() -> None:
    whole = text("Nothing more.", paragraphs=200)
    for budget in (300, 800, 2000):
        used = tokens.count(prose_selection.fit(whole, "", budget).text)
        assert 0.7 * budget < used < 1.3 * budget


def test_every_part_is_there_or_counted_in_its_place() -> None:
    whole = text("You must never copy it.") + "\n\n```sh\nls\n```\n\n- one\n- two\n"
    parts = prose_sentences.cut(whole)
    for kept in ({0}, {0, 5, 6, 9}, set(range(0, len(parts), 3)), set(range(len(parts)))):
        written = prose_selection.write(parts, kept)
        for number, part in enumerate(parts):
            assert number not in kept or part.text.strip() in written
        noted = sum(
            int(word.replace(",", ""))
            for line in written.splitlines()
            if line.startswith("[… ")
            for word in line[3:-1].split()
            if word.replace(",", "").isdecimal()
        )
        assert noted == sum(part.size for number, part in enumerate(parts) if number not in kept)


def test_fences_are_closed_around_gaps() -> None:
    code = "\n\n".join("\n".join(f"step {block} {line}" for line in range(8)) for block in range(9))
    parts = prose_sentences.cut(f"Do this:\n\n```sh\n{code}\n```\n")
    written = prose_selection.write(parts, set(range(0, len(parts), 2)))
    assert written.count("```") % 2 == 0
    inside = False
    for line in written.splitlines():
        inside ^= line.startswith("```")
        assert not (inside and line.startswith("[… "))


def test_nothing_depends_on_the_order_of_sets() -> None:
    whole = text("The limit is 8192 entries a day.", 7)
    assert len({prose_selection.fit(whole, "limit of the day", 500).text for _ in range(3)}) == 1


@pytest.mark.parametrize("piece", ["a. ", "must ", "1.", "\n- a", "`", "This. ", "A_b "])
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    prose_selection.fit(ENGLISH + piece * 30_000, "what must this be", 500)
