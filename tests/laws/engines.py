"""The pipeline as the proxy builds it, on a state folder of its own."""

from dataclasses import replace
from pathlib import Path

from headroom import tokens
from headroom.compressors import COMPRESSORS
from headroom.dialects import anthropic
from headroom.pipeline import Pipeline
from headroom.plans import Outcome
from headroom.policy import Policy
from headroom.store import SqliteMemo, SqliteStore
from headroom.types import Compressor

POLICY = Policy(protected_tools=("Read", "Edit"))


class Engine:
    """A pipeline over a folder; another one over the same folder is the same after a restart."""

    def __init__(self, folder: Path, compressors: tuple[Compressor, ...] = COMPRESSORS, **policy: object) -> None:
        self.store, self.memo = SqliteStore(folder), SqliteMemo(folder)
        settled = replace(POLICY, **policy)  # type: ignore[arg-type]
        self.pipeline = Pipeline(
            settled, self.store, self.memo, tokens.count, str(self.store.originals), compressors
        )

    def send(self, body: bytes) -> Outcome:
        return self.pipeline.transform(body, anthropic)
