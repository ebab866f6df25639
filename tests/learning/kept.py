"""The corpus as it is kept: transcripts read by the readers, and what each of them is to give."""

import json
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from headroom.learn.transcripts import read
from headroom.learn.types import Transcript
from tests.learning.cleaning import TABLES

HERE = Path(__file__).parent
CORPUS, HELDOUT = "corpus", "heldout"


class Wanted(NamedTuple):
    """A finding that a transcript is to give."""

    kinds: tuple[str, ...]
    """What it may come as; the first is what it is."""
    words: tuple[str, ...]
    """All of them stand in the rule, in whatever case."""
    optional: bool


class Kept(NamedTuple):
    """A transcript, and what it is to give; nothing for a healthy one."""

    file: str
    transcript: Transcript
    project: str
    wanted: tuple[Wanted, ...]


def kept(folder: str) -> Sequence[Kept]:
    """Return the transcripts of a folder, CORPUS or HELDOUT, oldest first."""
    rows = json.loads((HERE / folder / "expected.json").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        wanted = tuple(
            Wanted(tuple(finding["kinds"]), tuple(finding["words"]), finding.get("optional", False))
            for finding in row["findings"]
        )
        found += [
            Kept(row["file"], each, row["project"], wanted) for each in transcripts(HERE / folder / row["file"])
        ]
    return sorted(found, key=lambda one: one.transcript.began or 0)


def transcripts(file: Path) -> Sequence[Transcript]:
    """Read a file of the corpus, which lies in a folder that is named like its agent."""
    agent = file.parent.name
    if agent != "opencode":
        return list(read(agent, file))
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "opencode.db"
        fill(database, file)
        return list(read(agent, database))


def fill(database: Path, file: Path) -> None:
    """Make opencode's database again from the rows that are kept."""
    with sqlite3.connect(database) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
        for line in filter(None, file.read_text(encoding="utf-8").split("\n")):
            row = json.loads(line)
            names = TABLES[row["table"]].split(", ")
            places = ", ".join("?" * len(names))
            connection.execute(f"INSERT INTO {row['table']} VALUES ({places})", [row[name] for name in names])
    connection.close()
