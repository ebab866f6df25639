"""What `learn` finds in transcripts of real agents, against what was written down before the finders were made.

    python -m tests.bench.learn [--misses]

corpus: transcripts that the finders were tried on, of which --misses tells what was wrong and what was missed;
heldout: ones that they were not.
"""

import sys
from collections.abc import Sequence

from headroom.learn.finders import find
from tests.learning.kept import CORPUS, HELDOUT, kept
from tests.learning.score import Score, Share, score


def _percent(share: Share) -> str:
    return f"{100 * float(share):5.1f} % ({share.part} of {share.whole})"


def table(folder: str, sessions: int, healthy: int, scored: Score) -> str:
    """Return a folder's score as a table."""
    rows = [
        f"{folder}: {sessions} sessions, {healthy} of them healthy",
        f"{'':18}{'precision':>22}{'recall':>22}",
        f"{'all':18}{_percent(scored.precision):>22}{_percent(scored.recall):>22}",
        *(f"{kind:18}{_percent(right):>22}{_percent(found):>22}" for kind, (right, found) in scored.kinds.items()),
        f"rules from healthy sessions: {len(scored.on_healthy)}",
    ]
    return "\n".join(rows)


def misses(scored: Score) -> str:
    """Return what was wrong and what was missed, a line each."""
    wrong = [
        f"  wrong: {one.kind} {one.project}: {one.rule} {[e.session for e in one.evidence]}"
        for one in scored.wrong
    ]
    missed = [
        f"  missed: {file}: {'/'.join(wanted.kinds)} {' '.join(wanted.words)}" for file, wanted in scored.missed
    ]
    return "\n".join(wrong + missed)


def main(arguments: Sequence[str]) -> None:
    """Print the scores."""
    for folder in (CORPUS, HELDOUT):
        rows = kept(folder)
        scored = score(find([row.transcript for row in rows]), rows)
        print(table(folder, len(rows), sum(not row.wanted for row in rows), scored))
        if "--misses" in arguments and folder == CORPUS:
            print(misses(scored))
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
