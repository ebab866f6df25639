"""`headroom agents`: which agents can be wrapped, which are here, and how each is led to the proxy."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from headroom_cli.options import AsJson
from headroom_cli.page import DIM, GOOD, HEAD, WARN, Page, console

if TYPE_CHECKING:
    from headroom_wrappers import Agent

_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?(?:[-+.]\w+)*")
_VERSION_TIMEOUT_S = 15
_MOST_BYTES = 65_536
"""Of what it prints when it is asked for its version."""


@dataclass(frozen=True, slots=True)
class Known:
    """An agent's row, and what is here of it."""

    agent: "Agent"
    path: str
    """Its executable; empty where it is not installed."""
    version: str
    """What it says of itself; empty where it is not installed, or does not say."""


def agents(as_json: AsJson = False) -> None:
    """List the agents that can be wrapped: installed, version, verified with, how each is redirected."""
    from headroom_wrappers import AGENTS

    known = look([agent for agent in AGENTS.values() if agent.provider is None], os.environ)
    if as_json:
        typer.echo(json.dumps([as_data(each, sys.platform) for each in known], indent=2))
    else:
        show_agents(known, Page(console()))


def look(
    rows: Sequence["Agent"], environ: Mapping[str, str], timeout_s: float = _VERSION_TIMEOUT_S
) -> list[Known]:
    """Find the executables on PATH and ask each for its version, all at once.

    Args:
        timeout_s: how long one may take; what it has started by then is ended.
    """
    from headroom_wrappers import shims

    paths = [shims.find(agent.command[0], environ) or "" for agent in rows]
    with ThreadPoolExecutor() as pool:
        versions = list(pool.map(_version, paths, [timeout_s] * len(paths)))
    return [Known(*each) for each in zip(rows, paths, versions, strict=True)]


def _version(path: str, timeout_s: float) -> str:
    if not path:
        return ""
    from headroom.system import processes

    try:
        process = subprocess.Popen(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **processes.APART,
        )
    except OSError:
        return ""
    said, is_all = _said(process, timeout_s)
    if not is_all:
        processes.kill_apart(process.pid)
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        processes.kill_apart(process.pid)
        process.wait()
    found = _VERSION.search(said.decode(errors="replace"))
    return found[0] if found else ""


def _said(process: subprocess.Popen[bytes], timeout_s: float) -> tuple[bytes, bool]:
    """Return what a process prints, up to a size and a time, and whether it is all."""
    parts: list[bytes] = []
    ended: list[bool] = []

    def read() -> None:
        assert process.stdout
        with process.stdout as pipe:
            while sum(map(len, parts)) < _MOST_BYTES:
                part = os.read(pipe.fileno(), _MOST_BYTES)
                if not part:
                    ended.append(True)
                    return
                parts.append(part)

    # By a thread, since Windows cannot wait for pipes with `select`.
    reader = threading.Thread(target=read, name="headroom-version", daemon=True)
    reader.start()
    reader.join(timeout_s)
    return b"".join(parts), bool(ended)


def redirection(agent: "Agent") -> str:
    """Return in words how an agent is led to the proxy."""
    if agent.refused:
        return "not wrapped"
    return ", ".join([*agent.base_url, *([agent.flags] if agent.flags else [])])


def as_data(known: Known, platform: str) -> dict[str, object]:
    """Return all there is to say of an agent, as JSON has it.

    Args:
        platform: as sys.platform names it: where its files are depends on it.
    """
    agent = known.agent
    return {
        "name": agent.name,
        "title": agent.title,
        "command": agent.command[0],
        "installed": known.path or None,
        "version": known.version or None,
        "verified_with": agent.verified or None,
        "unverified": agent.unverified or None,
        "wrapped": not agent.refused,
        "refused": agent.refused or None,
        "redirected_by": {"variables": list(agent.base_url), "else": agent.flags or None},
        "dialects": list(agent.dialects),
        "originals": {"mode": agent.retrieval, "with": agent.reads or None},
        "transcripts": agent.transcripts.on(platform) or None,
        "memory_file": agent.memory_file or None,
        "kept_on": dict(agent.keep_on),
        "notes": list(agent.notes),
        "install": agent.install,
    }


def show_agents(known: Sequence[Known], page: Page) -> None:
    """Print the agents, those that are here first."""
    for title, is_here in (("installed", True), ("not installed", False)):
        rows = [_row(each) for each in known if bool(each.path) is is_here]
        if rows:
            page.line((f" {title}", HEAD))
            page.rows(rows)
            page.line()
    page.line((" Start one with `headroom wrap NAME`; `headroom agents --json` tells all of each.", DIM))


def _row(known: Known) -> tuple[str, tuple[str, str]]:
    agent = known.agent
    title = f"{agent.title} {known.version}".strip()
    verified = f"verified with {agent.verified}" if agent.verified else f"unverified: {agent.unverified}"
    way = (
        f"not wrapped: {agent.refused}" if agent.refused else f"by {redirection(agent)}; reads {agent.memory_file}"
    )
    style = WARN if agent.refused or not agent.verified else GOOD if known.path else ""
    return agent.name, (f"{title}, {verified}; {way}", style)
