"""Originals and decisions on disk, shared by every process of one user.

    root/                   0700, as is every folder below
      originals/<key>.txt   the originals, plain text: an agent reads them with its own tools
      index.sqlite3         an index over them, and the memo's decisions
      lock                  held for moments, while files are taken away

A new kind of store is one new file here, and a class with the methods of headroom.types.Store.
"""

from headroom.store.expiry import Pruned
from headroom.store.memo import SqliteMemo
from headroom.store.nowhere import MemoryMemo, Nowhere
from headroom.store.sqlite import SqliteStore, Stats

__all__ = ["MemoryMemo", "Nowhere", "Pruned", "SqliteMemo", "SqliteStore", "Stats"]
