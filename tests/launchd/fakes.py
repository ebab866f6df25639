"""systemd's user manager and launchd, as far as installing sees them: commands in, files and states out."""

import json
from collections.abc import Sequence
from pathlib import Path

from headroom_service.spec import Done, Manager, ServiceSpec
from headroom_service.systemd_units import SERVICE, SOCKET

_WANTS = {SOCKET: "sockets.target.wants", SERVICE: "default.target.wants"}


class FakeSystemd:
    """Answers systemctl --user; `enable` links and `disable` unlinks, as the real one was seen to do."""

    def __init__(self, units: Path, fails: str = "", linger: str = "no") -> None:
        self.units = units
        self.fails = fails
        self.linger = linger
        self.ran: list[str] = []
        self.active: set[str] = set()
        self.socket_result = ""
        self.told: list[str] = []
        self.known: set[str] = set()

    def __call__(self, argv: Sequence[str]) -> Done:
        if argv[0] == "loginctl":
            if argv[2:3] != ["4242"]:  # then the real one tells of itself, and of no user
                return Done(0, "")
            if self.linger == "nobody":
                return Done(1, "Failed to get user: User ID 4242 is not logged in or lingering\n")
            if argv[1] == self.fails:
                return Done(1, "Could not enable linger: Access denied\n")
            self.linger = {"enable-linger": "yes", "disable-linger": "no"}.get(argv[1], self.linger)
            return Done(0, f"Linger={self.linger}\n")
        assert argv[:2] == ["systemctl", "--user"]
        verb, *names = [word for word in argv[2:] if word not in ("--now", "--kill-who=main")]
        self.ran.append(" ".join(argv[2:]))
        if verb == self.fails:
            return Done(1, f"Failed to {verb}:\n it is broken\n")
        return getattr(self, "_" + verb.replace("-", "_"))(*names) or Done(0, "")

    def _show(self, name: str, what: str = "") -> Done:
        if name.startswith("--property=Version"):
            return Done(0, "Version=252\n")
        if name == SOCKET and self.socket_result:
            return Done(0, f"ActiveState=failed\nResult={self.socket_result}\n")
        state = "active\nSubState=running" if name in self.active else "inactive\nSubState=dead"
        enabled = "enabled" if name in self.known else ""
        return Done(0, f"ActiveState={state}\nUnitFileState={enabled}\n")

    def _daemon_reload(self) -> None:
        self.known = {name for name in _WANTS if (self.units / name).exists()}

    def _enable(self, *names: str) -> None:
        for name in names:
            link = self.units / _WANTS[name] / name
            link.parent.mkdir(exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(self.units / name)

    def _disable(self, *names: str) -> Done | None:
        self.active -= set(names)
        if not all((self.units / name).exists() for name in names):
            return Done(1, "Failed to disable unit: Unit file does not exist.\n")
        for name in names:
            link = self.units / _WANTS[name] / name
            link.unlink(missing_ok=True)
            if link.parent.is_dir() and not any(link.parent.iterdir()):
                link.parent.rmdir()
        return None

    def _kill(self, signal: str, name: str) -> Done | None:
        self.told.append(signal.removeprefix("--signal="))
        return None if name in self.active else Done(1, "Failed to kill unit: No main process to kill\n")

    def _start(self, *names: str) -> None:
        self.active |= set(names)

    def _stop(self, *names: str) -> None:
        self.active -= set(names)

    def _restart(self, *names: str) -> None:
        self.active |= set(names)

    def _reset_failed(self, *names: str) -> None:
        pass


class FakeLaunchd:
    """Answers launchctl for one user.

    Args:
        codes: what bootstraps end with, one after the other, before one does its work; 37 has done it.
        lingers: how often a job that was booted out is still there.
    """

    def __init__(
        self,
        domains: Sequence[str] = ("gui/501", "user/501"),
        codes: Sequence[int] = (),
        fails: str = "",
        lingers: int = 0,
    ) -> None:
        self.domains = domains
        self.codes = list(codes)
        self.lingers = lingers
        self.left: dict[str, int] = {}
        self.fails = fails
        self.ran: list[str] = []
        self.loaded: set[str] = set()

    def __call__(self, argv: Sequence[str]) -> Done:
        assert argv[0] == "launchctl"
        verb, *rest = argv[1:]
        if verb != "print":
            self.ran.append(" ".join(argv[1:]))
        if verb == self.fails:
            return Done(5, "Bootstrap failed: 5: Input/output error\n")
        target = rest[-1] if verb != "bootstrap" else f"{rest[0]}/{Path(rest[1]).stem}"
        if verb == "print":
            if target in self.domains:
                return Done(0, "")
            return self._print(target)
        if verb == "bootstrap":
            code = self.codes.pop(0) if self.codes else 5 if self._is_there(target) else 0
            if code in (0, 37):
                self.loaded.add(target)
            return Done(code, f"Bootstrap failed: {code}\n" if code else "")
        if verb == "bootout":
            was = target in self.loaded
            self.loaded.discard(target)
            self.left[target] = self.lingers if was else 0
            return Done(36 if was and self.lingers else 0 if was else 3, "")
        return Done(0 if verb == "enable" or target in self.loaded else 113, "")

    def _is_there(self, target: str) -> bool:
        return target in self.loaded or self.left.get(target, 0) > 0

    def _print(self, target: str) -> Done:
        if target in self.loaded:
            return Done(0, "\tstate = running\n\tpid = 9\n")
        if self.left.get(target, 0):
            self.left[target] -= 1
            return Done(0, "\tstate = SIGTERMed\n")
        return Done(113, "no such\n")


def spec(log: Path, **environ: str) -> ServiceSpec:
    """A service to install."""
    return ServiceSpec(("/usr/bin/python3", "-m", "headroom_cli", "service", "run"), 8787, log, environ)


def managers(home: Path) -> dict[str, Manager]:
    """Both managers over a home."""
    from headroom_service.launchctl import Launchctl
    from headroom_service.systemctl import Systemctl

    return {
        "systemd": Systemctl(FakeSystemd(home / ".config/systemd/user"), home / ".config", 4242),
        "launchd": Launchctl(FakeLaunchd(), home, 501, lambda: None),
    }


def tree(folder: Path) -> str:
    """Everything below a folder: paths, kinds, modes, contents. Links are not followed."""
    rows = []
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        content = str(path.readlink()) if path.is_symlink() else "" if path.is_dir() else path.read_bytes().hex()
        rows.append((str(path.relative_to(folder)), oct(mode), content))
    return json.dumps(rows)
