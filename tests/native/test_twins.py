"""The compiled kernels give what the readable ones give, on every input."""

import importlib
import json
import os
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.kernels import reference


@pytest.fixture(scope="module")
def native() -> ModuleType:
    """Return headroom_native; where it is missing the tests are skipped, but not in CI."""
    try:
        return importlib.import_module("headroom_native")
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("headroom_native is not installed: pip install ./native")


PIECES = [b'"', b"\\", b'\\"', b"\\\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\n", b"a", b"\x00", b"\xff"]
LONG = [b"x" * 15, b"x" * 16, b"x" * 200, b"x" * 201, b'{"a":' * 8, b"}" * 8, b"[" * 8, b"]" * 8, b'"k":"v",']
GARBAGE = st.lists(st.sampled_from(PIECES) | st.sampled_from(LONG) | st.binary(max_size=4)).map(b"".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(lambda value: json.dumps(value, ensure_ascii=False).encode(errors="replace"))
BODIES = GARBAGE | JSON | st.tuples(JSON, GARBAGE, JSON).map(b"".join)
FUNCTIONS = ["skip_value", "find_string_end"]


def outcome(module: ModuleType, name: str, *arguments: object) -> object:
    try:
        return getattr(module, name)(*arguments)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(body=BODIES, start=st.integers(-2, 40))
def test_both_find_the_same_end_or_the_same_fault(native: ModuleType, name: str, body: bytes, start: int) -> None:
    for at in {start, 0, body.find(b'"'), body.find(b"{")}:
        assert outcome(native, name, body, at) == outcome(reference, name, body, at)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("start", [-1, -(10**30), 2**63 - 1, 2**63, 2**64, 10**30])
def test_an_offset_outside_every_body_is_the_same_fault(native: ModuleType, name: str, start: int) -> None:
    assert outcome(native, name, b'"1"', start) == outcome(reference, name, b'"1"', start)


@given(same=st.binary(max_size=20), a=GARBAGE, b=GARBAGE, padding=st.sampled_from([0, 4090, 65_530]))
def test_both_measure_the_same_prefix(native: ModuleType, same: bytes, a: bytes, b: bytes, padding: int) -> None:
    a, b = b"x" * padding + same + a, b"x" * padding + same + b
    assert native.common_prefix(a, b) == reference.common_prefix(a, b)


def test_both_step_over_depth(native: ModuleType) -> None:
    body = b'[{"a":' * 100_000 + b'"\\"]"' + b"}]" * 100_000
    assert native.skip_value(body, 0) == reference.skip_value(body, 0) == len(body)
