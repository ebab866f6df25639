"""Compiled hot loops for headroom: what each does is said in `headroom.kernels.reference`, their readable twin."""

from headroom_native._kernels import common_prefix, find_string_end, skip_value

__all__ = ["common_prefix", "find_string_end", "skip_value"]
