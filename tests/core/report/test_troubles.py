"""What went wrong is told by whose doing it was."""

import pytest

from headroom.report import Trouble, troubles

UNREACHED = "time the provider was not reached"
OWN = "errors of headroom's own, where the originals went through"


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ({}, []),
        ({"upstream: ClientConnectorDNSError": 1}, [("unreached", 1, UNREACHED, ("ClientConnectorDNSError",))]),
        (
            {"Bash: ValueError at logs.py:3": 1, "upstream: TimeoutError": 2, "request: KeyError at x.py:1": 3},
            [
                ("unreached", 2, UNREACHED.replace("time ", "times "), ("TimeoutError",)),
                ("own", 4, OWN, ("request: KeyError at x.py:1", "Bash: ValueError at logs.py:3")),
            ],
        ),
        ({"upstreams": 2}, [("own", 2, OWN, ("upstreams",))]),
    ],
)
def test_kinds_of_errors(errors: dict[str, int], told: list[tuple[str, int, str, tuple[str, ...]]]) -> None:
    assert troubles(errors) == [Trouble(*each) for each in told]


def test_a_deadline_is_no_failure_and_says_which_setting() -> None:
    found = troubles({"deadline: 1 blocks not decided in time": 2, "deadline: 3 blocks not decided in time": 1})
    assert [(each.kind, each.times, each.examples) for each in found] == [("late", 3, ())]
    assert "compress.deadline_ms" in found[0].said
