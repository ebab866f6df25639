"""Which project a folder belongs to."""

import os
from pathlib import Path


def root_of(folder: Path) -> Path:
    """Return the root of the repository that a folder is in, as a path without links; else the folder itself.

    The search ends at the user's home: a repository of dot files there is no project of all that lies in it.
    """
    real = Path(os.path.realpath(folder))
    home = Path(os.path.realpath(Path.home()))
    for at in (real, *real.parents):
        if at == home and real != home:
            break
        try:
            if (at / ".git").exists():
                return at
        except OSError:
            break  # a folder above that may not be looked into
    return real
