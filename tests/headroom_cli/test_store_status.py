"""Sizes and shares, as `headroom store status` tells them."""

from pathlib import Path

import pytest

from headroom.retention.logs import Logged
from headroom.store.expiry import Original
from headroom_cli import store_status


def log(project: str, *keys: str, retrieved: frozenset[str] = frozenset()) -> Logged:
    return Logged("id", Path("x"), "claude", project, 0, 0, True, False, 9, 1, 0, frozenset(keys), retrieved)


def test_what_two_projects_use_is_told_with_both_and_what_nobody_names_apart() -> None:
    originals = {key: Original(size, 0.0) for key, size in (("o1", 10), ("o2", 20), ("o3", 40), ("o4", 80))}
    logs = [log("/a", "k1", "k2"), log("/a", "gone"), log("/b", "k2", retrieved=frozenset({"o3"})), log("/empty")]
    rows = store_status.by_project(logs, originals, {"k1": "o1", "k2": "o2", "gone": "o9"})
    assert [tuple(row.values()) for row in rows] == [
        ("", 0, 1, 80),
        ("/b", 1, 2, 60),
        ("/a", 2, 2, 30),
        ("/empty", 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (3 * 10**9, "3.0 GB")],
)
def test_a_size_in_the_unit_that_fits(size: int, told: str) -> None:
    assert store_status.size(size) == told
