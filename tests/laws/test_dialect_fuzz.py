"""Damaged requests of every dialect are refused with ValueError, or only whole values in them are replaced."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import dialect_fuzz
from tests.laws.dialect_seeds import DIALECTS, seeds

NAMES = sorted(DIALECTS)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150, deadline=None)
@given(chance=st.randoms(use_true_random=False), which=st.integers(0, 1), other=st.sampled_from(NAMES))
def test_a_damaged_request_is_refused_or_read(name: str, chance: random.Random, which: int, other: str) -> None:
    body = seeds(name)[which]
    made = dialect_fuzz.damaged(body, chance, seeds(other)[which])
    dialect_fuzz.check(DIALECTS[name], made, DIALECTS[name].read(body), body)


@pytest.mark.parametrize("name", NAMES)
def test_the_command_reads_some_and_refuses_some(name: str) -> None:
    seen = dialect_fuzz.run(name, 60, 7)
    assert seen["replaced"] > 0
    assert seen["refused"] > 0
    assert seen.total() == 60


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=200))
def test_any_bytes_at_all(name: str, body: bytes) -> None:
    with pytest.raises(ValueError):
        DIALECTS[name].read(body)
    with pytest.raises(ValueError):
        DIALECTS[name].outline(body)
