"""What a child gets, from what the user had."""

from dataclasses import replace
from pathlib import Path

import pytest

from headroom_wrappers import environment
from headroom_wrappers.spec import ANTHROPIC, OPENAI, Agent, Arguments, Base, Places, Session

AGENT = Agent(
    name="a",
    title="A",
    command=("a", "--first"),
    install="get a",
    base_url={"A_URL": ANTHROPIC, "A_V1": OPENAI, "A_OTHER": Base("openai", if_set=True)},
    keep_on={"A_SEARCH": "true"},
    arguments=lambda session: Arguments(
        ["--read", str(session.originals), *session.arguments], "secret", {"A_INLINE": "{}"}
    ),
)
BASE = {
    "A_URL": "http://p/s/x",
    "A_V1": "http://p/s/x/v1",
    "A_INLINE": "{}",
    "HEADROOM_SESSION_LOG": "/log",
}
KEPT = BASE | {"A_SEARCH": "true"}
PROXIES = {"HTTPS_PROXY": "http://corp:3128", "NO_PROXY": "intra"}


@pytest.mark.parametrize(
    ("environ", "changes"),
    [
        ({}, KEPT),
        ({"A_SEARCH": "false"}, BASE),
        ({"A_SEARCH": ""}, BASE),
        ({"A_URL": "https://gateway"}, BASE),  # it was off for this user before, so it stays as it was
        ({"A_V1": "https://gateway/llm/v1/"}, BASE),
        ({"A_V1": " https://gateway/v1 "}, BASE),
        ({"A_V1": "https://gateway/llm"}, BASE | {"A_V1": "http://p/s/x"}),
        ({"A_OTHER": "https://other/x"}, BASE | {"A_OTHER": "http://p/s/x"}),
        (PROXIES, KEPT | {"NO_PROXY": "intra,127.0.0.1", "no_proxy": "127.0.0.1"}),
        ({"HTTPS_PROXY": "http://corp:3128", "NO_PROXY": "*", "no_proxy": "127.0.0.1"}, KEPT),
    ],
)
def test_changes_to_the_environment(environ: dict[str, str], changes: dict[str, str]) -> None:
    assert start(environ).changes == changes


def test_an_agent_that_ignores_no_proxy_gets_no_proxy() -> None:
    deaf = replace(AGENT, ignores_no_proxy=True)
    assert start(PROXIES, agent=deaf).changes == KEPT | {"HTTPS_PROXY": ""}
    assert start({}, agent=deaf).changes == KEPT


def test_the_agent_makes_its_arguments_of_the_users() -> None:
    started = start({}, "-p", "hi there")
    assert started.argv == ["a", "--first", "--read", "/o", "-p", "hi there"]
    assert started.private_text == "secret"


@pytest.mark.parametrize(
    ("environ", "upstreams"),
    [
        ({"A_URL": " HTTPS://Gateway/Path/ "}, {"anthropic": "https://Gateway/Path"}),
        ({"A_V1": "https://gateway/v1/ "}, {"openai": "https://gateway"}),
        ({"A_URL": " "}, {}),
        ({}, {}),
        ({"A_URL": ""}, {}),
        ({"A_URL": "https://gateway/"}, {"anthropic": "https://gateway"}),
        ({"A_V1": "https://gateway/llm/v1"}, {"openai": "https://gateway/llm"}),
        ({"A_V1": "https://gateway/llm"}, {"openai": "https://gateway/llm"}),
        ({"A_V1": "https://one/v1", "A_OTHER": "https://two"}, {"openai": "https://one"}),
        ({"A_OTHER": "https://two", "A_URL": "https://g"}, {"anthropic": "https://g", "openai": "https://two"}),
    ],
)
def test_what_the_user_had_becomes_the_upstream(environ: dict[str, str], upstreams: dict[str, str]) -> None:
    assert environment.upstreams(AGENT, environ) == upstreams


def test_an_agent_may_have_a_home_of_its_own_and_one_url_for_several_apis() -> None:
    hosted = replace(AGENT, base_url={"URL": Base("anthropic", "/v1", also=("openai",), home="https://own")})
    assert environment.upstreams(hosted, {}) == dict.fromkeys(("anthropic", "openai"), "https://own")
    assert environment.upstreams(hosted, {"URL": "https://x/v1"}) == dict.fromkeys(
        ("anthropic", "openai"), "https://x"
    )


def test_a_place_is_named_for_each_platform() -> None:
    assert Places("~/.a", windows="%A%").on("win32") == "%A%"
    assert Places("~/.a", windows="%A%").on("darwin") == Places("~/.a", "~/.a").on("linux") == "~/.a"


def start(environ: dict[str, str], *arguments: str, agent: Agent = AGENT) -> environment.Start:
    session = Session("http://p/s/x", Path("/o"), arguments, environ, Path("/w"), Path("/run/file"))
    return environment.plan(agent, session, Path("/log"))


def test_a_wrapped_agent_does_not_go_through_the_service_too() -> None:
    url = "http://127.0.0.1:8787/s/00ff"
    other = {"ANTHROPIC_BASE_URL": "https://x.example", "A": ""}
    environ = {"_headroom_url": url, "OPENAI_BASE_URL": f"{url}/v1", **other}
    assert environment.without_service(environ) == other
    assert environment.without_service({"A": "b"}) == {"A": "b"}


def test_what_is_off_behind_a_gateway_in_the_agents_own_settings_stays_off() -> None:
    session = Session("http://p/s/x", Path("/originals"), (), {}, Path("/work"), Path("/private"))
    behind = replace(AGENT, configured=lambda _environ, _cwd, _user: {"anthropic": "https://gateway"})
    assert environment.plan(behind, session, Path("/log")).changes == BASE
    alone = replace(AGENT, configured=lambda _environ, _cwd, _user: {})
    assert environment.plan(alone, session, Path("/log")).changes == KEPT
