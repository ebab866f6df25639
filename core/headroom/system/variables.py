"""Environment variables: on Windows, names that differ only in case are one."""

import sys
from collections.abc import Mapping


def merged(environ: Mapping[str, str], changes: Mapping[str, str], platform: str = sys.platform) -> dict[str, str]:
    """Return an environment with changes made in it.

    Where names differ in case alone and the platform sees one variable in them, the first of the changes counts,
    under the name that the environment has for it.

    Args:
        platform: as in sys.platform.
    """
    if platform != "win32":
        return dict(environ) | dict(changes)
    names = {name.upper(): name for name in environ}
    found = dict(environ)
    for name, value in reversed(list(changes.items())):
        found[names.setdefault(name.upper(), name)] = value
    return found
