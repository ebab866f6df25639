"""launchd, by launchctl(1)."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from headroom_service.launch_agent import LABEL, plist
from headroom_service.spec import Done, Loaded, Run, ServiceError, ServiceSpec

_IO_ERROR = 5
"""EIO: of a bootstrap while a job of that name is still registered, on its way out or from a start that was broken
off, and of a bootout of one that is not there. https://github.com/NousResearch/hermes-agent/pull/56256,
https://github.com/Opendray/opendray/pull/211"""
_ALREADY = 37
"""EALREADY: it is loaded, or just being loaded. https://github.com/openclaw/openclaw/pull/71413"""
_PASSING = (_IO_ERROR, 36, _ALREADY)
"""With EINPROGRESS, what another attempt may mend."""
_NOT_THERE = 125
"""The domain takes no agents: there is none of a desktop. https://github.com/openclaw/openclaw/pull/48476"""
_ATTEMPTS = 10
_MOST_WAITS = 40
"""For a job's end: 20 s, more than its ExitTimeOut."""


class Launchctl:
    """The user's launchd.

    Args:
        run: runs a command.
        home: the user's home folder.
        uid: the user's number.
        wait: waits a moment, for a job that is ending.
    """

    def __init__(self, run: Run, home: Path, uid: int, wait: Callable[[], None]) -> None:
        self._run = run
        self._wait = wait
        self._file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        self._uid = uid

    def check(self) -> None:
        """Raise ServiceError where launchd has no domain for the user."""
        self._domain()

    def files(self, spec: ServiceSpec) -> Mapping[Path, bytes]:
        """Return the property list."""
        return {self._file: plist(spec)}

    def places(self) -> Sequence[Path]:
        """Return where the property list is."""
        return [self._file]

    def load(self) -> None:
        """Load and start it, after the one before has ended."""
        self.unload()
        self._run(["launchctl", "enable", self._target()])
        for _ in range(_ATTEMPTS):
            done = self._run(["launchctl", "bootstrap", self._domain(), str(self._file)])
            if done.code not in _PASSING or (done.code == _ALREADY and self._is_loaded()):
                break
            self._wait()
            self.unload()
        if done.code == _NOT_THERE:
            raise ServiceError("launchd takes no agents in this session: log in at the Mac, and install it there")
        if done.code != _ALREADY or not self._is_loaded():
            _demand(done, "launchctl bootstrap")

    def replace(self) -> None:
        """Tell the service."""
        _demand(self._run(["launchctl", "kill", "SIGHUP", self._target()]), "launchctl kill")

    def renew(self) -> None:
        """Load it anew: launchd reads a property list at no other time."""
        self.load()

    def unload(self) -> None:
        """Stop and unload it."""
        self._bootout()

    def start(self) -> None:
        """Load it if it is not, which starts it."""
        if self.status().told:
            _demand(self._run(["launchctl", "kickstart", self._target()]), "launchctl kickstart")
        elif self._file.exists():
            self.load()
        else:
            raise ServiceError("the service is not installed: headroom install")

    def stop(self) -> None:
        """Unload it: what launchd keeps alive can be ended in no other way. The next login loads it again."""
        done = self._bootout()
        if self._is_loaded():
            _demand(done, "launchctl bootout")
            raise ServiceError("launchctl bootout: it does not end")

    def restart(self) -> None:
        """End it and start it again."""
        if not self.status().told:
            self.start()
            return
        _demand(self._run(["launchctl", "kickstart", "-k", self._target()]), "launchctl kickstart -k")

    def status(self) -> Loaded:
        """Return the job's state, as `launchctl print` shows it."""
        done = self._run(["launchctl", "print", self._target()])
        if done.code:
            return Loaded(self._file.exists(), "")
        words = (line.strip().partition(" = ") for line in done.out.splitlines())
        return Loaded(self._file.exists(), next((state for key, _, state in words if key == "state"), "loaded"))

    def outlive(self, is_on: bool) -> None:
        """Refuse: LaunchAgents cannot."""
        if is_on:
            raise ServiceError("a LaunchAgent ends when you log out: --linger is for Linux")

    def lingers(self) -> bool:
        """Return False: no LaunchAgent outlives the session."""
        return False

    def at_logout(self) -> str:
        """Return how long a LaunchAgent lives."""
        return "it ends when you log out, and starts when you log in"

    def _bootout(self) -> Done:
        """Unload it, and wait until it has ended, which launchctl may not."""
        done = self._run(["launchctl", "bootout", self._target()])
        for _ in range(_MOST_WAITS):
            if not self._is_loaded():
                break
            self._wait()
        return done

    def _is_loaded(self) -> bool:
        return self._run(["launchctl", "print", self._target()]).code == 0

    def _domain(self) -> str:
        """Return the domain of the user's desktop session, or of the user where there is none (over ssh)."""
        for domain in (f"gui/{self._uid}", f"user/{self._uid}"):
            if self._run(["launchctl", "print", domain]).code == 0:
                return domain
        raise ServiceError("launchd has no session of yours: log in, or run `headroom proxy --port 8787`")

    def _target(self) -> str:
        return f"{self._domain()}/{LABEL}"


def _demand(done: Done, what: str) -> None:
    if done.code:
        raise ServiceError(f"{what} failed ({done.code}): {' '.join(done.out.split()) or 'it says nothing'}")
