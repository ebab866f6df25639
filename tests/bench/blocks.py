"""What a new tool result costs once: reading, deciding, storing and splicing a request that brings it.

python -m tests.bench.blocks
"""

import statistics
import tempfile
import time
from pathlib import Path

from headroom import tokens
from tests.laws.conversations import coloured, conversation, log, requests, rows
from tests.laws.engines import Engine

KINDS = {
    "JSON listing": lambda seed: rows(145, seed),
    "log": lambda seed: log(205, seed),
    "terminal": lambda seed: coloured(250, seed),
}


def main() -> None:
    tokens.warm()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        for kind, make in KINDS.items():
            times = []
            for seed in range(21):
                messages = conversation(["short"])
                messages[1]["content"][1]["input"] = {"command": f"show {seed}"}
                messages[-1]["content"][0]["content"] = make(seed)
                body = list(requests(messages, session=f"{kind} {seed}"))[-1]
                began = time.perf_counter()
                outcome = engine.send(body)
                times.append((time.perf_counter() - began) * 1000)
                assert outcome.is_changed
            (change,) = outcome.changes()
            share = change.decision.tokens_after / change.decision.tokens_before
            print(
                f"{kind:<14} {len(make(1)) / 1000:5.1f} KB {statistics.median(times):6.1f} ms, "
                f"sent as {share:.0%} of its tokens{'' if change.decision.lossless else ' (lossy)'}"
            )


if __name__ == "__main__":
    main()
