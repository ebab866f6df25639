"""What a wrapped agent is started with: pure functions from what the user had to what the child gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headroom_wrappers.spec import Agent, Session

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Start:
    """A child to be started: its arguments, and what is different in its environment."""

    argv: list[str]
    changes: Mapping[str, str]
    """Variables to set; everything else is as the user has it."""
    private_text: str = ""
    """What the session's private file must hold."""


SERVICE_URL = "_headroom_url"
"""The variable in which a shell (headroom_shell) keeps the URL of the running service."""


def without_service(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what leads to our own service: `wrap` has a proxy of its own."""
    url = environ.get(SERVICE_URL, "")
    return {name: value for name, value in environ.items() if not (url and value.startswith(url))}


def plan(agent: Agent, session: Session, session_log: Path) -> Start:
    """Return how to start the agent behind the proxy.

    Args:
        session_log: named to the child, so that `headroom retrieve` inside it is counted.
    """
    environ = session.environ
    changes = pointed(agent, session.base_url, environ)
    if not any(environ.get(name) for name in agent.base_url) and not _is_configured(agent, session):
        changes |= {name: value for name, value in agent.keep_on.items() if name not in environ}
    changes |= {"HEADROOM_SESSION_LOG": str(session_log)}
    changes |= _around_proxies(agent, environ)
    arguments = agent.arguments(session)
    return Start([*agent.command, *arguments.argv], changes | dict(arguments.environ), arguments.private_text)


def _is_configured(agent: Agent, session: Session) -> bool:
    """Tell whether the agent's own settings lead it to a base URL of the user's."""
    return bool(agent.configured and agent.configured(session.environ, session.cwd, session.arguments))


def pointed(agent: Agent, base_url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that lead an agent to a base URL."""
    had = {name: environ.get(name, "") for name in agent.base_url}
    return {
        name: base.shown(base_url, had[name])
        for name, base in agent.base_url.items()
        if had[name] or not base.if_set
    }


def upstreams(agent: Agent, environ: Mapping[str, str]) -> dict[str, str]:
    """Return where the agent's requests went until now, by upstream, as far as its variables say it.

    Of several variables for one upstream, the one that stands first in the agent's row counts.
    """
    found: dict[str, str] = {}
    given = [(base, environ[name]) for name, base in agent.base_url.items() if environ.get(name)]
    for base, had in (*given, *((base, "") for base in agent.base_url.values())):
        found = base.upstreams(had) | found
    return found


def _around_proxies(agent: Agent, environ: Mapping[str, str]) -> dict[str, str]:
    """An HTTP proxy of the user's must not be asked for a loopback address."""
    proxies = [name for name in _PROXY_VARIABLES if environ.get(name)]
    if agent.ignores_no_proxy:
        return dict.fromkeys(proxies, "")
    if not proxies:
        return {}
    changes = {}
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host.strip() for host in environ.get(name, "").split(",") if host.strip()]
        if _LOOPBACK not in hosts and "*" not in hosts:
            changes[name] = ",".join([*hosts, _LOOPBACK])
    return changes
