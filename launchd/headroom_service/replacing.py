"""Replacing what answers without a request lost: by the service itself, which starts a successor first."""

import time
from collections.abc import Callable
from pathlib import Path

from headroom_service import health, state
from headroom_service.health import Health
from headroom_service.spec import Manager, ServiceError
from headroom_service.why import blocked


class SuccessorRefused(ServiceError):
    """The successor of what answers cannot start; what answers goes on."""


_REFUSED = "the new one cannot start, and the one before goes on: "
_WAIT_S = 30.0
_LOOK_S = 0.05


def replace(manager: Manager, root: Path, before: Health) -> Health | None:
    """Return the health of a successor; None when the service does not bring one about.

    Args:
        before: of what answers now.

    Raises SuccessorRefused when the successor cannot start; what answers goes on then.
    """
    said = state.read(root)
    if said is None or said.pid == before.pid:  # it has no keeper, which would understand
        return None
    reason = blocked(root)  # where it could not even note that it is refused
    if reason:
        raise SuccessorRefused(_REFUSED + reason)
    state.forget_refusal(root)
    try:
        manager.replace()
    except ServiceError:
        return None
    return wait(root, before.pid)


def restart(manager: Manager, root: Path) -> None:
    """Replace what answers; where nothing does, or it does not follow, stop it and start it.

    Raises ServiceError.
    """
    # More than once: on a busy machine an answer may be late, and what cannot be asked is stopped.
    before = health.ask(root) or health.ask(root) or health.ask(root)
    if before is None or replace(manager, root, before) is None:
        manager.restart()


def wait(
    root: Path, before: int, wait_s: float = _WAIT_S, sleep: Callable[[float], object] = time.sleep
) -> Health | None:
    """Return the health of a service that answers by another process than `before`; None after the time.

    Raises SuccessorRefused when that cannot start, while `before` goes on.
    """
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        found = health.ask(root)
        if found and found.pid != before:
            return found
        why = state.refusal(root)
        if why:
            raise SuccessorRefused(_REFUSED + why)
        sleep(_LOOK_S)
    return None
