"""The pipeline as the proxy builds it, on a state folder of its own."""

from dataclasses import replace
from pathlib import Path

from headroom import tokens
from headroom.compressors import COMPRESSORS
from headroom.dialects import anthropic
from headroom.notes import Notes
from headroom.pipeline import Pipeline
from headroom.plans import Outcome
from headroom.policy import Policy
from headroom.store import SqliteMemo, SqliteStore
from headroom.toin import Toin
from headroom.toin import folder as toin_folder
from headroom.types import Compressor

POLICY = Policy(protected_tools=("Read", "Edit"))


class Engine:
    """A pipeline over a folder; another one over the same folder is the same after a restart."""

    def __init__(
        self,
        folder: Path,
        compressors: tuple[Compressor, ...] = COMPRESSORS,
        *,
        learns: bool = False,
        **policy: object,
    ) -> None:
        self.store, self.memo = SqliteStore(folder), SqliteMemo(folder)
        self.toin = Toin(toin_folder(folder), self.store.get, Notes(self.memo), tokens.count) if learns else None
        settled = replace(POLICY, **policy)  # type: ignore[arg-type]
        self.pipeline = Pipeline(
            settled,
            self.store,
            self.memo,
            tokens.count,
            str(self.store.originals),
            compressors,
            toin=self.toin,
        )

    def send(self, body: bytes) -> Outcome:
        return self.pipeline.transform(body, anthropic)
