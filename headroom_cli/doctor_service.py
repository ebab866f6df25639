"""`headroom doctor` on the service of `headroom install` and on its port."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from headroom_cli.doctor_findings import NOTE, OK, PROBLEM, Finding

PORT = 8787
"""Where `headroom install` and `headroom proxy` listen when nothing else is said."""


class Service(NamedTuple):
    """What is known of the service."""

    is_installed: bool
    state: str
    """In the manager's own words; empty where it says nothing."""
    version: str
    """Of what answers; empty when nothing does."""
    port: int
    """Where it answers, or said that it does."""
    announced: int
    """The process that said last that it is the service; 0 for none."""
    refused: str
    """Why there is no service to be had here; empty where there is."""
    holds_port: bool = False
    """Whether the manager itself listens on the port."""
    why: str = ""
    """Why it does not answer, or why its successor could not start, as far as that is known."""


def check(environ: Mapping[str, str], root: Path) -> Iterator[Finding]:
    """Ask the platform's manager, the service itself, and who has its port."""
    import headroom

    found = look(environ, root)
    yield judge(found, headroom.__version__)
    yield judge_port(found, holder(found.port), is_taken(found.port))


def look(environ: Mapping[str, str], root: Path) -> Service:
    """Ask the manager and the service."""
    from headroom_service import ServiceError, for_platform, health, state, why
    from headroom_service.managers import run_command

    said = state.read(root)
    answer = health.ask(root)
    url = answer.url if answer else said.url if said else ""
    port = urlsplit(url).port or 0
    announced = said.pid if said else 0
    version = answer.version if answer else ""
    uid = os.geteuid() if hasattr(os, "geteuid") else -1
    try:
        manager = for_platform(sys.platform, environ, Path.home(), run_command, uid)
        loaded = manager.status()
    except ServiceError as error:
        return Service(False, "", version, port or PORT, announced, str(error))
    port = port or why.port(manager) or PORT
    reason = state.refusal(root) if answer else why.why(root) if loaded.is_installed else ""
    return Service(
        loaded.is_installed, loaded.told, version, port, announced, "", loaded.holds_port, why.shortened(reason)
    )


def judge(service: Service, installed: str) -> Finding:
    """Say whether the service is well.

    Args:
        installed: the version of headroom that is installed.
    """
    where = f"127.0.0.1:{service.port}"
    if service.version and service.version != installed:
        told = f"{service.version} runs at {where}, {installed} is installed"
        return Finding("service", NOTE, told, _restart(service.why))
    if service.version and service.why:
        told = f"{service.version} answers at {where}, but its successor could not start: {service.why}"
        return Finding("service", NOTE, told, "mend that; then headroom service restart")
    if service.version:
        return Finding("service", OK, f"{service.version} answers at {where}")
    if service.is_installed:
        told = f"is installed and does not answer: {service.state or 'not started'}"
        if service.why:
            return Finding(
                "service", PROBLEM, f"{told}; {service.why}", "mend that; then headroom service restart"
            )
        return Finding("service", PROBLEM, told, "headroom service restart; why it ended: headroom service logs")
    if service.announced:
        told = f"none is installed; process {service.announced}, which was to serve {where}, does not answer"
        return Finding("service", NOTE, told, "headroom install, or headroom uninstall to tidy up")
    why = f" ({service.refused})" if service.refused else ""
    return Finding("service", OK, f"not installed, and headroom wrap needs none{why}")


def _restart(refused: str) -> str:
    return f"headroom service restart, once this is mended: {refused}" if refused else "headroom service restart"


def holder(port: int) -> str:
    """Return the program that listens on a port of 127.0.0.1, with its process; empty where nobody says."""
    import psutil

    try:
        held = [
            found
            for found in psutil.net_connections("inet")
            if found.status == psutil.CONN_LISTEN and found.laddr.port == port and found.pid
        ]
        process = psutil.Process(held[0].pid) if held else None
        return f"{process.name()} (process {process.pid})" if process else ""
    except psutil.Error:
        return ""


def is_taken(port: int) -> bool:
    """Tell whether a port of 127.0.0.1 is taken."""
    import socket

    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return True
    return False


def judge_port(service: Service, who: str, taken: bool) -> Finding:
    """Say whether the service's port is free, or its own."""
    where = f"127.0.0.1:{service.port}"
    if service.version or service.holds_port:
        return Finding("port", OK, f"{where} is the service's")
    if not taken:
        return Finding("port", OK, f"{where} is free")
    told = f"{where} is taken by {who or 'another program'}; headroom wrap takes any free port"
    if service.is_installed:
        return Finding("port", PROBLEM, told, f"end that program, or headroom install --port {service.port + 1}")
    return Finding("port", NOTE, told, f"for a service: headroom install --port {service.port + 1}")
