"""What sessions used, saved and cost: summed up from their logs."""

from headroom.report.accounts import Account, Blocks
from headroom.report.shapes import (
    AskedAgain,
    Caching,
    Miss,
    Output,
    Overview,
    Project,
    Retrievals,
    Spread,
    Way,
)
from headroom.report.summary import Summary
from headroom.report.sums import overview, overview_of, summarise
from headroom.report.troubles import Trouble, troubles

__all__ = [
    "Account",
    "AskedAgain",
    "Blocks",
    "Caching",
    "Miss",
    "Output",
    "Overview",
    "Project",
    "Retrievals",
    "Spread",
    "Summary",
    "Trouble",
    "Way",
    "overview",
    "overview_of",
    "summarise",
    "troubles",
]
