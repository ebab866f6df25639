"""What the finders find in transcripts of real agents, against what was written down before they were made."""

from functools import cache

import pytest

from headroom.learn.finders import find
from tests.learning.kept import CORPUS, HELDOUT, kept
from tests.learning.score import Score, score

PRECISION, RECALL = 0.9, 0.8


@cache
def scored(folder: str) -> Score:
    rows = kept(folder)
    return score(find([row.transcript for row in rows]), rows)


@pytest.mark.parametrize("folder", [CORPUS, HELDOUT])
def test_no_rule_comes_of_a_healthy_session(folder: str) -> None:
    assert not scored(folder).on_healthy


@pytest.mark.parametrize("folder", [CORPUS, HELDOUT])
def test_what_is_found_is_right_and_most_is_found(folder: str) -> None:
    found = scored(folder)
    told = folder == CORPUS
    assert float(found.precision) >= PRECISION, found.wrong if told else found.kinds
    assert float(found.recall) >= RECALL, found.missed if told else found.kinds
