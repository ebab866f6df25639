"""The demo: a small agent and a scripted provider, so that `headroom wrap demo` needs no account and no network.

What the agent's tools give is made up, in the shape of what a real service gives: see `samples`.
"""

from contextlib import AbstractContextManager

from headroom.system import processes
from headroom_wrappers.spec import ANTHROPIC, Agent


def provider() -> AbstractContextManager[str]:
    """Serve the scripted provider while the context is open, and give its base URL."""
    # Only the demo needs a server and a token counter; `headroom --help` must not wait for them.
    from headroom_wrappers.demo.provider import serve

    return serve()


DEMO = Agent(
    name="demo",
    title="the demo agent",
    command=(*processes.PYTHON, "-m", "headroom_wrappers.demo.agent"),
    install="install headroom again, it is part of it",
    base_url={"ANTHROPIC_BASE_URL": ANTHROPIC},
    provider=provider,
)
