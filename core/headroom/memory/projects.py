"""Which project a folder belongs to: the name under which a project's facts are kept."""

from pathlib import Path

from headroom.agent_files.projects import root_of


def project_of(folder: Path) -> str:
    """Return the root of a folder's repository, or the folder itself, as a path without links."""
    return str(root_of(folder))
