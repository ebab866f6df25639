"""The user's systemd, by systemctl(1) and loginctl(1)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from headroom_service.spec import Done, Loaded, Run, ServiceError, ServiceSpec
from headroom_service.systemd_units import SERVICE, SOCKET, units

_BOTH = (SOCKET, SERVICE)
_WANTS = {SOCKET: "sockets.target.wants", SERVICE: "default.target.wants"}
"""Where `enable` puts its link, by unit."""
_SOCKET_FAILED = {
    "resources": "failed (another program has its port)",
    "service-start-limit-hit": "failed (it ended too often)",
    "trigger-limit-hit": "failed (it ended too often)",
}
"""What the results of a socket unit mean here, see systemd.socket(5)."""

_AT_LOGOUT = {
    "yes": "it goes on when you log out",
    "no": "it ends when you log out; `loginctl enable-linger` keeps it running",
}


class Systemctl:
    """The user's service manager.

    Args:
        run: runs a command.
        config: the user's configuration folder, ~/.config or what XDG_CONFIG_HOME says.
        uid: the user's number.
    """

    def __init__(self, run: Run, config: Path, uid: int) -> None:
        self._run = run
        self._user = str(uid)
        self._folder = config / "systemd" / "user"

    def check(self) -> None:
        """Raise ServiceError where no user manager answers."""
        done = self._run(["systemctl", "--user", "show", "--property=Version"])
        if done.code:
            raise ServiceError(
                "no systemd user manager answers (in a container or after `su` there is none): "
                f"run `headroom proxy --port 8787` instead. systemctl: {_one_line(done)}"
            )

    def files(self, spec: ServiceSpec) -> Mapping[Path, bytes]:
        """Return the units."""
        return {self._folder / name: text.encode() for name, text in units(spec).items()}

    def places(self) -> Sequence[Path]:
        """Return where the units are, and the links that enable them."""
        links = [self._folder / folder / name for name, folder in _WANTS.items()]
        return [*links, *(self._folder / name for name in _BOTH)]

    def load(self) -> None:
        """Enable both, and start them in place of those that run."""
        self._demand("daemon-reload")
        self._demand("enable", *_BOTH)
        # Ended by this, it leaves open requests to its workers, which end with them.
        self._run(["systemctl", "--user", "kill", "--kill-who=main", "--signal=SIGUSR1", SERVICE])
        # The socket first, and while nobody uses it: it may be on another port now.
        self._run(["systemctl", "--user", "stop", *_BOTH])
        self._run(["systemctl", "--user", "reset-failed", *_BOTH])
        self._demand("start", *_BOTH)

    def replace(self) -> None:
        """Tell the service."""
        self._tell("SIGHUP")

    def renew(self) -> None:
        """Have it end, and its units take effect; meanwhile requests wait at the socket, which stays."""
        self._demand("daemon-reload")
        self._demand("enable", *_BOTH)
        self._run(["systemctl", "--user", "reset-failed", *_BOTH])
        self._demand("start", SOCKET)
        self._tell("SIGUSR1")

    def unload(self) -> None:
        """Stop and disable both, and let the manager forget them."""
        self._run(["systemctl", "--user", "disable", "--now", *_BOTH])
        self._run(["systemctl", "--user", "reset-failed", *_BOTH])
        for place in self.places():  # where no manager answers the files still go
            place.unlink(missing_ok=True)
        self._run(["systemctl", "--user", "daemon-reload"])

    def start(self) -> None:
        """Start both."""
        self._run(["systemctl", "--user", "reset-failed", *_BOTH])
        self._demand("start", *_BOTH)

    def stop(self) -> None:
        """Stop both: the socket alone would start the service again."""
        self._demand("stop", *_BOTH)

    def restart(self) -> None:
        """Replace the service; the socket stays, so that requests wait meanwhile."""
        self._run(["systemctl", "--user", "reset-failed", *_BOTH])
        self._demand("start", SOCKET)
        self._demand("restart", SERVICE)

    def status(self) -> Loaded:
        """Return the service's state, as in `systemctl status`, or why its socket has failed."""
        said = self._properties(SERVICE, "ActiveState,SubState,UnitFileState")
        is_installed = (self._folder / SERVICE).exists()
        if not said.get("UnitFileState"):
            return Loaded(is_installed, "")
        socket = self._properties(SOCKET, "ActiveState,Result")
        told = f"{said.get('ActiveState', '?')} ({said.get('SubState', '?')})"
        if said.get("ActiveState") != "active":
            told = _SOCKET_FAILED.get(socket.get("Result", ""), told)
        return Loaded(is_installed, told, socket.get("ActiveState") == "active")

    def outlive(self, is_on: bool) -> None:
        """Switch lingering on or off, for all services of the user."""
        verb = "enable-linger" if is_on else "disable-linger"
        done = self._run(["loginctl", verb, self._user])
        if done.code:
            raise ServiceError(f"loginctl {verb} failed ({done.code}): {_one_line(done)}")

    def lingers(self) -> bool:
        """Return whether services of the user go on without a session."""
        return self._linger() == "yes"

    def _linger(self) -> str:
        """Return what logind says, "yes" or "no"; empty where none answers, or it knows no session of the user."""
        done = self._run(["loginctl", "show-user", self._user, "--property=Linger"])
        return "" if done.code else done.out.strip().removeprefix("Linger=")

    def at_logout(self) -> str:
        """Return whether it outlives the session, as far as that is known."""
        return _AT_LOGOUT.get(self._linger(), "whether it goes on when you log out, no logind here says")

    def _properties(self, unit: str, names: str) -> Mapping[str, str]:
        done = self._run(["systemctl", "--user", "show", unit, f"--property={names}"])
        return {} if done.code else dict(line.split("=", 1) for line in done.out.splitlines() if "=" in line)

    def _tell(self, signal: str) -> None:
        self._demand("kill", "--kill-who=main", f"--signal={signal}", SERVICE)

    def _demand(self, *arguments: str) -> None:
        done = self._run(["systemctl", "--user", *arguments])
        if done.code:
            raise ServiceError(f"systemctl --user {arguments[0]} failed ({done.code}): {_one_line(done)}")


def _one_line(done: Done) -> str:
    return " ".join(done.out.split()) or "it says nothing"
