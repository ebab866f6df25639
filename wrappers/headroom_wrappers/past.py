"""What is said of agents whose requests go past us, and of those that go on without us."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from headroom_wrappers import behind
from headroom_wrappers.spec import Agent

_STAYS = "`headroom install` runs a proxy that stays"


def outliving(agent: Agent) -> str:
    """Return why an agent that goes on in the background is started without a proxy."""
    return (
        f"{agent.title} goes on in the background, where it would outlive its proxy: it is started without one "
        f"({_STAYS})"
    )


def overruled(agent: Agent, environ: Mapping[str, str], cwd: Path, arguments: Sequence[str]) -> str:
    """Return what leads the agent's requests past us whatever we give it; empty for nothing."""
    file = agent.overruled(environ, cwd, arguments) if agent.overruled else ""
    if not file:
        return ""
    return (
        f"{file} names a base URL, which wins over headroom's: {agent.title}'s requests go past it; "
        "start it with --intercept"
    )


def left_running(agent: Agent, command: str, base_url: str) -> str:
    """Return which processes of an agent's go on without their proxy, and what to do; empty for none."""
    left = ", ".join(map(str, behind.left_running(command, base_url)))
    return f"{agent.title} goes on (process {left}), but its proxy has ended: end it; {_STAYS}" if left else ""
