"""That git does not see a personal file: by a line in the repository's own exclude file, which nobody shares."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from headroom.agent_files.rewriting import content_of, replace

_TIMEOUT_S = 10.0
_SEEN = 1
"""Git's exit code; others say that it could not tell."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Excluded:
    """A line that was added to a file of git's."""

    file: str
    added: str
    created: bool
    """Whether the file was not there before."""


def exclude_file(root: Path) -> Path | None:
    """Return a repository's exclude file, which all its worktrees share; None where there is no repository.

    https://git-scm.com/docs/gitrepository-layout
    """
    git = root / ".git"
    if git.is_dir():
        return git / "info" / "exclude"
    try:
        kind, _, where = git.read_text(encoding="utf-8").partition(":")
        if kind != "gitdir":
            return None
        inner = root / where.strip()
        common = inner / "commondir"
        home = inner / common.read_text(encoding="utf-8").strip() if common.is_file() else inner
        return Path(os.path.realpath(home)) / "info" / "exclude"
    except (OSError, ValueError):
        return None


def is_tracked(root: Path, file: Path) -> bool:
    """Tell whether a file is part of a repository, so that ignoring it does nothing."""
    return _git(root, "ls-files", "--error-unmatch", "--", _name(root, file)) == 0


def is_seen(root: Path, file: Path) -> bool:
    """Tell whether git says that it does not ignore a file: a line with a ! in .gitignore is stronger."""
    return _git(root, "check-ignore", "-q", "--", _name(root, file)) == _SEEN


def needed(root: Path, file: Path) -> Excluded | None:
    """Return the line that makes git ignore a file; None where it does, or there is no repository."""
    exclude = exclude_file(root)
    if exclude is None or _git(root, "check-ignore", "-q", "--", _name(root, file)) == 0:
        return None
    line = "/" + "".join(f"\\{char}" if char in "\\*?[ " else char for char in _name(root, file))
    content = content_of(exclude)
    if line.encode() in (content or b"").splitlines():
        return None
    is_joined = content and content != _BOM and not content.endswith(b"\n")
    return Excluded(str(exclude), ("\n" if is_joined else "") + line + "\n", created=content is None)


def add(excluded: Excluded) -> None:
    """Add the line. Raises CannotWrite."""
    file = Path(os.path.realpath(excluded.file))
    file.parent.mkdir(parents=True, exist_ok=True)
    before = content_of(file)
    if not _holds(before or b"", excluded):
        replace(file, before, (before or b"") + excluded.added.encode())


def take_back(excluded: Excluded) -> None:
    """Take the line out, if it is still there. Raises CannotWrite."""
    file = Path(os.path.realpath(excluded.file))
    content = content_of(file)
    if content is None:
        return
    added = excluded.added.encode()
    if content.endswith(added):
        after = content[: -len(added)]
    else:
        after = b"".join(line for line in content.splitlines(keepends=True) if line.strip() != added.strip())
    replace(file, content, None if excluded.created and not after else after)


def _holds(content: bytes, excluded: Excluded) -> bool:
    return excluded.added.strip().encode() in content.splitlines()


def _name(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix()


def _git(root: Path, *arguments: str) -> int:
    """Run git; return its exit code. No program that the repository names is run."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(root), *arguments]
    try:
        return subprocess.run(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return -1
