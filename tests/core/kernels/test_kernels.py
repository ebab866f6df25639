"""Which twin is in use."""

import importlib.util
import os
import subprocess
import sys

import pytest

INSTALLED = importlib.util.find_spec("headroom_native") is not None


@pytest.mark.parametrize(
    ("choice", "implementation"), [("", "native" if INSTALLED else "reference"), ("reference", "reference")]
)
def test_the_compiled_twin_is_used_if_it_is_there_and_not_declined(choice: str, implementation: str) -> None:
    code = (
        "from headroom import kernels as k; "
        "print(k.IMPLEMENTATION, k.skip_value(b'[1] ', 0), k.find_string_end(b'\"\"', 0), "
        "k.common_prefix(b'ab', b'ac'))"
    )
    environ = {**os.environ, "HEADROOM_KERNELS": choice}
    run = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert run.stdout == f"{implementation} 3 2 1\n"
