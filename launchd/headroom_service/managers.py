"""Which manager a platform has, and how its commands are run."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from headroom_service.launchctl import Launchctl
from headroom_service.spec import NOT_HERE, Done, Manager, Run, ServiceError
from headroom_service.systemctl import Systemctl

_TIMEOUT_S = 60.0
_MOMENT_S = 0.5


def for_platform(platform: str, environ: Mapping[str, str], home: Path, run: Run, uid: int) -> Manager:
    """Return what keeps services running.

    Args:
        platform: as in sys.platform.
        environ: the user's, for XDG_CONFIG_HOME.
        uid: the effective user; 0 is refused, since a service belongs to who uses the agents.

    Raises ServiceError where there is no service to be had.
    """
    if platform not in ("darwin", "linux"):
        raise ServiceError(NOT_HERE)
    if uid == 0:
        raise ServiceError("a service belongs to the user whose agents use it: run this without sudo")
    if platform == "darwin":
        return Launchctl(run, home, uid, lambda: time.sleep(_MOMENT_S))
    config = environ.get("XDG_CONFIG_HOME", "")
    return Systemctl(run, Path(config) if config.startswith("/") else home / ".config", uid)


def run_command(argv: Sequence[str]) -> Done:
    """Run a command of the platform, with messages in English."""
    environ = os.environ | {"LC_ALL": "C", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
    try:
        done = subprocess.run(
            list(argv),
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Done(124, f"no end within {_TIMEOUT_S:.0f} s")
    except OSError as error:
        return Done(127, f"{argv[0]}: {error.strerror}")
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"))
