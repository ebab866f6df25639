import contextlib

import pytest

from headroom.compressors import run_packing, run_reading
from headroom.types import PassThrough
from tests.core.compressors import decode_runs


def pack(text: str) -> str:
    return run_packing.lossless(text, text, run_reading.spoken(text)).text


def shares(tests: int) -> list[str]:
    return [
        f"tests/a.py::test_x[{n}] PASSED".ljust(72) + f" [{n * 100 // tests:3d}%]" for n in range(1, tests + 1)
    ]


def test_tests_with_the_same_verdict_are_joined_and_shares_left_out() -> None:
    form = pack("\n".join(shares(4)))
    assert form.split("\n")[1:] == ["«tests/a.py::test_x[1] [2] [3] [4]» PASSED"]
    assert "N*100//4 for the Nth" in form
    assert decode_runs.decode(form) == "\n".join(shares(4))


def test_shares_that_do_not_follow_from_their_place_stay() -> None:
    lines = shares(30)
    lines[4] = lines[4].replace("16%", "17%")
    form = pack("\n".join([*lines, *(f"   Compiling a{n} v1" for n in range(60)), "running 3 tests"]))
    assert "N*100//" not in form
    assert decode_runs.decode(form).split("\n")[:30] == lines


def test_names_with_blanks_are_set_apart() -> None:
    text = "\n".join(f"   Compiling some-crate-{n} v1.0.{n}" for n in range(40))
    assert "   Compiling «some-crate-0 v1.0.0; some-crate-1 v1.0.1; " in pack(text)
    assert decode_runs.decode(pack(text)) == text


def test_a_path_is_said_once() -> None:
    text = "\n".join(f"packages/shop/src/cart.ts({n},5): error TS2304: Cannot find name 'a{n}'." for n in range(9))
    assert pack(text).split("\n")[2] == "(1,5): error TS2304: Cannot find name 'a1'."
    assert decode_runs.decode(pack(text)) == text


@pytest.mark.parametrize("odd", ["(1,5): bare", ":12: bare", "«a b» PASSED"])
def test_lines_that_could_be_mistaken_keep_everything_as_it_is(odd: str) -> None:
    text = "\n".join([*(f"a/b/c/d.ts({n},5): error TS1: x" for n in range(9)), odd])
    with contextlib.suppress(PassThrough):
        assert decode_runs.decode(pack(text)) == text


def test_lines_with_nothing_in_common_pass_through() -> None:
    with pytest.raises(PassThrough):
        pack("running 1 test\ntest a ... ok\n")
