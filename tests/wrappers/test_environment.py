"""What a child gets, from what the user had."""

from pathlib import Path

import pytest

from headroom_wrappers import environment
from headroom_wrappers.spec import Agent, Arguments, Session

AGENT = Agent(
    name="a",
    title="A",
    command=("a", "--first"),
    install="get a",
    base_url={"A_URL": "{base_url}", "A_V1": "{base_url}/v1"},
    upstream="A_URL",
    keep_on={"A_SEARCH": "true"},
    arguments=lambda session: Arguments(["--read", str(session.originals), *session.arguments], "secret"),
)
BASE = {"A_URL": "http://p/s/x", "A_V1": "http://p/s/x/v1", "HEADROOM_SESSION_LOG": "/log"}


@pytest.mark.parametrize(
    ("environ", "changes"),
    [
        ({}, BASE | {"A_SEARCH": "true"}),
        ({"A_SEARCH": "false"}, BASE),
        ({"A_SEARCH": ""}, BASE),
        ({"A_URL": "https://gateway"}, BASE),  # it was off for this user before, so it stays as it was
        (
            {"HTTPS_PROXY": "http://corp:3128", "NO_PROXY": "intra"},
            BASE | {"A_SEARCH": "true", "NO_PROXY": "intra,127.0.0.1", "no_proxy": "127.0.0.1"},
        ),
        (
            {"HTTPS_PROXY": "http://corp:3128", "NO_PROXY": "*", "no_proxy": "127.0.0.1"},
            BASE | {"A_SEARCH": "true"},
        ),
    ],
)
def test_changes_to_the_environment(environ: dict[str, str], changes: dict[str, str]) -> None:
    assert start(environ).changes == changes


def test_the_agent_makes_its_arguments_of_the_users() -> None:
    started = start({}, "-p", "hi there")
    assert started.argv == ["a", "--first", "--read", "/o", "-p", "hi there"]
    assert started.private_text == "secret"


def start(environ: dict[str, str], *arguments: str) -> environment.Start:
    session = Session("http://p/s/x", Path("/o"), arguments, environ, Path("/w"), Path("/run/file"))
    return environment.plan(AGENT, session, Path("/log"))
