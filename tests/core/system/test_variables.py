"""Variables are changed under the names that they have."""

import pytest

from headroom.system.variables import merged

HAD = {"PATH": "p", "NO_PROXY": "intranet", "COMSPEC": "c"}


@pytest.mark.parametrize(
    ("platform", "changes", "found"),
    [
        ("linux", {}, {}),
        ("linux", {"no_proxy": "127.0.0.1"}, {"no_proxy": "127.0.0.1"}),
        ("win32", {"ComSpec": "d", "New": "n"}, {"COMSPEC": "d", "New": "n"}),
        ("win32", {"NO_PROXY": "intranet,127.0.0.1", "no_proxy": "127.0.0.1"}, {"NO_PROXY": "intranet,127.0.0.1"}),
        ("win32", {"new": "first", "NEW": "second"}, {"NEW": "first"}),
    ],
)
def test_changes_are_made(platform: str, changes: dict[str, str], found: dict[str, str]) -> None:
    assert merged(HAD, changes, platform) == HAD | found
