"""Installing and uninstalling, in an order that can be undone after every step."""

from contextlib import suppress
from pathlib import Path

from headroom_service import footprint, replacing, state
from headroom_service.health import Health
from headroom_service.spec import Manager, ServiceError, ServiceSpec
from headroom_service.why import why

_OURS = ("service", "shell")
_THE_USERS = ("sessions", "store", "toin", "intercept")
"""Folders in the state folder; whatever else is there is not ours to remove, wherever HEADROOM_HOME points."""
_MARKS = (b"headroom, the proxy between coding agents", b"<string>headroom_cli</string>")
"""One of them stands in every file of ours, of any version."""


def install(spec: ServiceSpec, manager: Manager, root: Path, before: Health | None = None) -> None:
    """Write the service's files and start it, in place of one that is there.

    Args:
        root: the state folder.
        before: what answers already; on the same port, its requests are not lost.

    Raises ServiceError when the platform refuses (what was new is taken back then), or a service of that name is
    the user's own, and OSError when a file cannot be written.
    """
    manager.check()
    files = manager.files(spec)
    own = _users_own(manager)
    if own:
        raise ServiceError(f"{own[0]} is there already, and not made by headroom: move it away")
    was_there = any(place.exists() for place in manager.places())
    unchanged = [file for file, content in files.items() if file.is_file() and file.read_bytes() == content]
    footprint.make_folders(root, [state.folder(root), *(place.parent for place in manager.places())])
    state.open_log(root)
    state.secret(root)
    for file, content in files.items():
        if file not in unchanged:
            footprint.write(file, content)
    try:
        if before is None or not unchanged:
            manager.load()
        else:
            _take_over(manager, root, before, is_same=len(unchanged) == len(files))
    except replacing.SuccessorRefused:
        raise
    except ServiceError as error:
        if was_there:
            raise
        reason = why(root)  # from a log that is gone in a moment
        uninstall(manager, root)
        raise ServiceError(f"it does not start: {reason}" if reason else str(error)) from None


def _take_over(manager: Manager, root: Path, before: Health, *, is_same: bool) -> None:
    """Replace what answers on the same port, by the unit that it has or by a new one. Raises ServiceError."""
    if is_same and replacing.replace(manager, root, before) is not None:
        return
    try:
        manager.renew()
    except ServiceError:
        manager.load()


def _users_own(manager: Manager) -> list[Path]:
    """Return the files in our places that somebody else has written. Raises OSError."""
    return [place for place in manager.places() if place.exists() and not _is_ours(place)]


def _is_ours(place: Path) -> bool:
    return place.is_file() and any(mark in place.read_bytes() for mark in _MARKS)


def outlive(manager: Manager, root: Path) -> None:
    """Keep an installed service when the user logs out, until it is uninstalled. Raises ServiceError, OSError."""
    if not manager.lingers():
        footprint.write(_lingers(root), b"")
        manager.outlive(True)


def _lingers(root: Path) -> Path:
    """Return what says that it is our doing."""
    return state.folder(root) / "lingers"


def has_port(spec: ServiceSpec, manager: Manager) -> bool:
    """Return whether what is installed already may hold the spec's port, so that it is no other program's."""
    return any(file.is_file() and file.read_bytes() == content for file, content in manager.files(spec).items())


def uninstall(manager: Manager, root: Path, *, purge: bool = False) -> None:
    """Stop the service and remove what installing made, as far as it went; no error when there is nothing.

    A service of the user's own by that name is left alone.

    Args:
        root: the state folder. Originals and session logs in it are the user's, and stay.
        purge: whether they go too.

    Raises OSError for what cannot be removed.
    """
    own = _users_own(manager)
    if not own:
        manager.unload()
    if _lingers(root).exists():
        with suppress(ServiceError):  # where nobody keeps sessions there is nothing to undo
            manager.outlive(False)
    names = (*_OURS, *_THE_USERS) if purge else _OURS
    footprint.take_back(root, [] if own else manager.places(), [root / name for name in names])
