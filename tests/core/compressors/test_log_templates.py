import random
from collections.abc import Callable

import pytest

from headroom.compressors import log_lines, log_times
from headroom.compressors.log_templates import mine, parameters, render

HEAD = "2024-01-15 10:00:00 "


def templates(*messages: str) -> list[str]:
    """Return what stands for each template's lines, one line a second."""
    lines = log_lines.read("\n".join(f"2024-01-15 10:00:{at:02d} {text}" for at, text in enumerate(messages)))
    return [
        render(
            template,
            parameters(template, lines.bares),
            template.lines,
            log_times.span(lines.stamps[template.lines[0]], lines.stamps[template.lines[-1]]),
        )
        for template in mine(lines)
    ]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (["INFO a", "INFO a"], ["<2024-01-15 10:00:00..10:00:01> INFO a"]),
        (["INFO took 3ms", "INFO took 250ms"], ["<2024-01-15 10:00:00..10:00:01> INFO took <3 x1|250 x1>ms"]),
        (
            [f"INFO took {at}ms" for at in (5, 3, 250, 12)],
            ["<2024-01-15 10:00:00..10:00:03> INFO took <3..250>ms"],
        ),
        (
            ["INFO status 200 took 1.5s", "INFO status 200 took 0.25s"],
            ["<2024-01-15 10:00:00..10:00:01> INFO status 200 took <1.5 x1|0.25 x1>s"],
        ),
        (
            [f"INFO req {at:08x}ab done" for at in range(4)],
            ["<2024-01-15 10:00:00..10:00:03> INFO req <4 values, e.g. 00000000ab> done"],
        ),
        (
            [f"INFO the user {who} logged in" for who in ("ann", "bob", "ann", "eve", "dan", "ann")],
            ["<2024-01-15 10:00:00..10:00:05> INFO the user <4 values: ann x3, bob x1, eve x1, ...> logged in"],
        ),
        (["INFO a b", "INFO b a"], ["2024-01-15 10:00:00 INFO a b", "2024-01-15 10:00:01 INFO b a"]),
        (["INFO a 1", "WARN a 2"], ["2024-01-15 10:00:00 INFO a 1", "2024-01-15 10:00:01 WARN a 2"]),
        (
            ["INFO a", "INFO a b", "INFO a"],
            ["<2024-01-15 10:00:00..10:00:02> INFO a", "2024-01-15 10:00:01 INFO a b"],
        ),
    ],
)
def test_templates(messages: list[str], expected: list[str]) -> None:
    assert templates(*messages) == expected


def test_every_line_has_exactly_one_template() -> None:
    chance = random.Random(3)
    text = "\n".join(HEAD + " ".join(chance.choices("abcde 1 22 f9e8d7c6 x", k=6)) for _ in range(500))
    lines = log_lines.read(text)
    found = mine(lines)
    assert sorted(number for template in found for number in template.lines) == list(range(500))
    firsts = [template.lines[0] for template in found]
    assert firsts == sorted(firsts)


def words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices("abcdefghij", k=5)) for _ in range(count))


MESSAGES: dict[str, Callable[[random.Random], str]] = {
    "long": lambda chance: words(chance, 150),
    "short": lambda chance: words(chance, 8),
    "hex": lambda chance: "0123456789abcdef" * 60,
    "digits": lambda chance: "1" * chance.randrange(1, 2000),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_takes_linear_time(name: str) -> None:
    chance = random.Random(2)
    parts: list[str] = []
    while sum(map(len, parts)) < 3_000_000:
        parts.extend(f"{HEAD}INFO {MESSAGES[name](chance)}" for _ in range(200))
    lines = log_lines.read("\n".join(parts))
    mine(lines)


def test_only_the_lines_asked_for_are_rendered() -> None:
    lines = log_lines.read("\n".join(f"{HEAD}INFO took {at}ms by w{at % 2}" for at in range(10)))
    (template,) = mine(lines)
    said = render(template, parameters(template, lines.bares), [2, 4, 6, 8], "@")
    assert said == "@ INFO took <2..8>ms by w0"
