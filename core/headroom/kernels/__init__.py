"""The hot loops: compiled if the distribution `headroom-native` is installed, else their readable twin.

HEADROOM_KERNELS=reference in the environment chooses the twin in any case. `headroom.kernels.reference` says
what each function does.
"""

import contextlib
import os

from headroom.kernels.reference import common_prefix, find_string_end, skip_value

__all__ = ["IMPLEMENTATION", "common_prefix", "find_string_end", "skip_value"]

IMPLEMENTATION: str = "reference"
"""Which twin is in use: "native" or "reference"."""

if os.environ.get("HEADROOM_KERNELS") != "reference":
    with contextlib.suppress(ImportError):
        from headroom_native import common_prefix, find_string_end, skip_value

        IMPLEMENTATION = "native"
