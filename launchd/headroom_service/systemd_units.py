"""The units for systemd's user manager, made of a spec: a socket that is always there, and what serves it.

The manager holds the socket, so no request is refused while the proxy is started again or replaced.
Quoting by systemd.syntax(7) and "Command lines" in systemd.service(5); specifiers by systemd.unit(5).
"""

from collections.abc import Mapping

from headroom_service.spec import ServiceError, ServiceSpec

SERVICE = "headroom.service"
SOCKET = "headroom.socket"

WRONG_CALL = 2
"""The exit code after which it is not started again: a setting is wrong, and stays so."""

_NOT_IN_PROGRAMS = frozenset("\"'\\")
"""What systemd refuses in the path of a program, quoted or not."""
_BY_SHELL = ("/bin/sh", "-c", 'exec "$0" "$@"')

_SOCKET_UNIT = """\
[Unit]
Description=Socket of headroom, the proxy between coding agents and LLM providers

[Socket]
ListenStream=127.0.0.1:{port}
Backlog=512
FileDescriptorName=headroom

[Install]
WantedBy=sockets.target
"""

_SERVICE_UNIT = """\
[Unit]
Description=headroom, the proxy between coding agents and LLM providers
Requires={socket}
After={socket}
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=notify
ExecStart={command}
{environment}UMask=0077
NoNewPrivileges=yes
Restart=always
RestartSec=1
RestartPreventExitStatus={wrong_call}
TimeoutStartSec=30
TimeoutStopSec=15
KillMode=process
StandardOutput=append:{log}
StandardError=append:{log}

[Install]
WantedBy=default.target
"""


def units(spec: ServiceSpec) -> Mapping[str, str]:
    """Return the text of each unit file by its name, the same for the same spec.

    Raises ServiceError for a log whose path no unit can name.
    """
    log = str(spec.log)
    if log != log.strip() or log.endswith("\\"):
        raise ServiceError(f"{log}: a path that ends like this cannot stand in a unit; set HEADROOM_HOME")
    program, *arguments = spec.argv if not set(spec.argv[0]) & _NOT_IN_PROGRAMS else (*_BY_SHELL, *spec.argv)
    return {
        SOCKET: _SOCKET_UNIT.format(port=spec.port),
        SERVICE: _SERVICE_UNIT.format(
            socket=SOCKET,
            # No variables are put into the program's path, so its dollar signs stand for themselves.
            command=" ".join([quoted(program), *(quoted(text).replace("$", "$$") for text in arguments)]),
            environment="".join(
                f"Environment={quoted(f'{name}={value}')}\n" for name, value in sorted(spec.environ.items())
            ),
            wrong_call=WRONG_CALL,
            log=log.replace("%", "%%"),
        ),
    }


def quoted(text: str) -> str:
    """Return one word of a unit's line: in double quotes, backslashes, quotes and specifiers escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
