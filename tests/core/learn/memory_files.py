"""A project with memory files, for the tests of applying and undoing."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headroom.agent_files.targets import Target, targets
from headroom.agent_files.undoing import Undone, undo
from headroom.learn.applying import NAME, Options, Proposal, apply, propose
from headroom.learn.rules import Found
from headroom.learn.types import Evidence, Finding

OPTIONS = Options(600, lambda text: len(text.split()))


def finding(rule: str, *, subject: str = "", t: float = 1.0, agent: str = "claude") -> Finding:
    seen = (Evidence(agent, "s1", 1, t), Evidence(agent, "s2", 2, t + 1))
    return Finding("missing-command", subject or rule, rule, "/p", seen, 0.9)


FINDINGS = (finding("Use `python3`, not `python`."), finding("Run the tests with `make test`."))


@dataclass(frozen=True)
class Desk:
    """A repository, and headroom's state folder."""

    project: Path
    state: Path

    @property
    def file(self) -> Path:
        return self.project / "CLAUDE.local.md"

    def target(self, *, is_shared: bool = False, agent: str = "claude") -> Target:
        (found,) = targets([agent], self.project, {"HOME": str(self.project.parent)}, is_shared=is_shared)
        return found

    def propose(self, findings: Sequence[Finding] = FINDINGS) -> Proposal:
        return propose(self.state, self.target(), Found(findings), OPTIONS)

    def apply(
        self, findings: Sequence[Finding] = FINDINGS, *, is_shared: bool = False, now: float = 5.0
    ) -> Proposal:
        return apply(self.state, self.target(is_shared=is_shared), Found(findings), OPTIONS, now)

    def undo(self, file: Path | None = None) -> Undone | None:
        return undo(self.state, NAME, file or self.file, "")

    def exclude(self) -> Path:
        return self.project / ".git" / "info" / "exclude"


def made(folder: Path, *, git: bool = True) -> Desk:
    project = folder / "project"
    project.mkdir()
    if git:
        subprocess.run(["git", "init", "-q", str(project)], check=True)
    return Desk(project, folder / "state")


def tree(folder: Path) -> dict[str, object]:
    """Everything below a folder but git's own objects: what it is, holds, and may."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(".git/") and not name.startswith(".git/info"):
            continue
        info = path.lstat()
        holds = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[name] = (holds, info.st_mode)
    return found
