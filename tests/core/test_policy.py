"""Levels, and rules for single tools."""

import json
from dataclasses import asdict

import pytest

from headroom.policy import LEVELS, OFF, Level, Policy


def test_the_default_policy_is_the_balanced_one() -> None:
    assert Policy() == Policy.at("balanced")


def test_what_reads_and_writes_files_is_protected_unless_something_else_is_said() -> None:
    assert "Read" in Policy().protected_tools
    assert Policy(protected_tools=()).protected_tools == ()


def test_each_level_goes_at_least_as_far_as_the_one_before() -> None:
    lossless, balanced, aggressive = LEVELS.values()
    assert list(LEVELS) == ["lossless", "balanced", "aggressive"]
    assert not lossless.lossy
    assert balanced.lossy
    assert aggressive.lossy
    for column in set(Level._fields) - {"lossy"}:
        assert getattr(lossless, column) >= getattr(balanced, column) > getattr(aggressive, column) > 0


def test_there_is_no_other_level() -> None:
    with pytest.raises(ValueError, match="there is no level 'brutal'; known: lossless, balanced, aggressive"):
        Policy.at("brutal")


RULES = Policy(
    protected_tools=("Read",),
    code_mode=True,
    tools=(
        "mcp__*=lossless",
        "mcp__github__*=aggressive",
        "mcp__github__secrets=off",
        "Read=aggressive",
        "a=b=off",
    ),
)


@pytest.mark.parametrize(
    ("tool", "level"),
    [
        ("Bash", None),
        ("mcp__jira__list", "lossless"),
        ("mcp__github__issues", "aggressive"),
        ("mcp__github__secrets", OFF),
        ("Read", "aggressive"),
        ("read", None),
        ("a=b", OFF),
        ("", None),
    ],
)
def test_of_the_rules_that_fit_the_last_one_holds(tool: str, level: str | None) -> None:
    policy = RULES.for_tool(tool)
    if level is None:
        assert policy is RULES
    elif level == OFF:
        assert not policy.enabled
    else:
        assert LEVELS[level]._asdict().items() <= asdict(policy).items()
        assert (policy.protected_tools, policy.floor_tokens, policy.code_mode) == (("Read",), 200, True)


def test_a_rule_with_a_level_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="there is no level 'brutal' \\(tool Bash\\)"):
        Policy(tools=("Ba*=brutal",)).for_tool("Bash")


def test_a_policy_survives_json() -> None:
    stored = json.loads(json.dumps(asdict(RULES)))
    assert Policy(**{name: tuple(v) if isinstance(v, list) else v for name, v in stored.items()}) == RULES
