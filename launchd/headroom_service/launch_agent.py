"""The property list of a LaunchAgent, made of a spec. Keys by launchd.plist(5), macOS 14."""

import plistlib
from collections.abc import Mapping

from headroom_service.spec import ServiceSpec

LABEL = "local.headroom.proxy"

KEYS: Mapping[str, tuple[type, str]] = {
    # key -> type, and what launchd.plist(5) says of it, in our words
    "Label": (str, "required; names the job within its domain"),
    "ProgramArguments": (list, "argv of execvp(3); element 0 is the program, taken as an absolute path"),
    "EnvironmentVariables": (dict, "strings, set before the job runs; it inherits nothing of the user's shell"),
    "RunAtLoad": (bool, "start when loaded: at login, since the file is in ~/Library/LaunchAgents"),
    "KeepAlive": (bool, "true: started again whenever it ends, however it ended"),
    "ThrottleInterval": (int, "seconds at least between two starts; 10 where it is not set"),
    "ExitTimeOut": (int, "seconds between SIGTERM and SIGKILL; 20 where it is not set"),
    "ProcessType": (str, "Interactive: no limits on CPU and I/O, for what a person waits for; not Background"),
    "Umask": (int, "for umask(2); property lists know no octal numbers, so 0o077 stands there as 63"),
    "StandardOutPath": (str, "a file that stdout is appended to, made when it is not there"),
    "StandardErrorPath": (str, "the same for stderr"),
}
"""The documented keys that we use. https://keith.github.io/xcode-man-pages/launchd.plist.5.html"""

_THROTTLE_S = 30
"""What ran longer is started again at once; what cannot start costs a core a second or so each time."""
_EXIT_S = 15


def plist(spec: ServiceSpec) -> bytes:
    """Return the property list as XML, the same bytes for the same spec."""
    values = {
        "Label": LABEL,
        "ProgramArguments": list(spec.argv),
        "EnvironmentVariables": dict(spec.environ),
        "RunAtLoad": True,
        "KeepAlive": True,
        "ThrottleInterval": _THROTTLE_S,
        "ExitTimeOut": _EXIT_S,
        "ProcessType": "Interactive",
        "Umask": 0o077,
        "StandardOutPath": str(spec.log),
        "StandardErrorPath": str(spec.log),
    }
    return plistlib.dumps(values)
