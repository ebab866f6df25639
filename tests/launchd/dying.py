"""Installs into a home, and dies as by kill -9 before its Nth file operation.

python -m tests.launchd.dying MANAGER HOME N; without N it uninstalls, and dies at each operation of that in turn.
"""

import os
import sys
from pathlib import Path

from headroom_service import installing, state
from tests.launchd.fakes import managers, spec, tree

_OPERATIONS = frozenset(
    {"open", "os.mkdir", "os.rename", "os.chmod", "os.remove", "os.rmdir", "os.symlink", "os.truncate"}
)


def main() -> None:
    """Install; exit code 9 when it died on the way."""
    name, home = sys.argv[1], Path(sys.argv[2])
    manager, root = managers(home)[name], home / "state é" / "headroom"
    if len(sys.argv) == 3:
        _uninstall(name, home, root)
        return
    _die_before(home, int(sys.argv[3]))
    installing.install(spec(state.log_file(root)), manager, root)


def _uninstall(name: str, home: Path, root: Path) -> None:
    """Print how many operations an uninstalling takes, after each of which another one makes all as it was."""
    before, steps, code = tree(home), 0, 9
    while code == 9:
        manager = managers(home)[name]
        installing.install(spec(state.log_file(root)), manager, root)
        child = os.fork()
        if child == 0:
            _die_before(home, steps)
            installing.uninstall(manager, root)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        installing.uninstall(managers(home)[name], root)
        if tree(home) != before:
            sys.exit(f"after {steps} operations")
        steps += 1
    print(steps - 1)


def _die_before(home: Path, rest: int) -> None:
    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal rest
        if event in _OPERATIONS and str(home) in str(arguments):
            rest -= 1
            if rest < 0:
                os._exit(9)

    sys.addaudithook(watch)


if __name__ == "__main__":
    main()
