"""TOIN, tool output intelligence: what lookups teach about what to show, in conversations that begin later.

    structures   what an output is, whatever it holds: hashes of tools and field names
    shown        which rows and fields a lossy form shows
    asked        which of them a lookup asked for
    counts       what is counted, merged and weighed by age
    advice       what follows from it: the formula
    book         the counts on the disk
    exchange     the counts as a file for another machine
    learner      takes note beside the requests, gives advice to conversations that begin
    reporting    rows for a page

Nothing is sent anywhere. What is kept are hashes, names of our own rows, and numbers.
"""

from headroom.toin.advice import NONE, Advice, Told
from headroom.toin.book import today
from headroom.toin.learner import Lookup, Toin
from headroom.toin.reporting import Row, folder, report

__all__ = ["NONE", "Advice", "Lookup", "Row", "Toin", "Told", "folder", "report", "today"]
