"""How long the command line takes to start, beside a bare interpreter in the same run.

python -m tests.bench.start
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(argv: list[str], environ: dict[str, str], rounds: int = 11) -> float:
    """Median wall time of a command."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(argv, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def main() -> None:
    python = sys.executable
    with tempfile.TemporaryDirectory() as home:
        environ = os.environ | {"HEADROOM_HOME": home, "PATH": f"{home}:{os.environ['PATH']}"}
        agent = Path(home) / "claude"
        agent.write_text("#!/bin/sh\nexit 0\n")
        agent.chmod(0o755)
        bare = seconds([python, "-c", "pass"], environ)
        rows = {
            "headroom --help": seconds([python, "-m", "headroom_cli", "--help"], environ),
            "headroom perf (no sessions)": seconds([python, "-m", "headroom_cli", "perf"], environ),
            "headroom wrap, of an agent that ends at once": seconds(
                [python, "-m", "headroom_cli", "wrap", "claude"], environ
            ),
        }
        print(f"{'python -c pass':<46} {bare * 1000:6.0f} ms")
        for name, took in rows.items():
            print(f"{name:<46} {took * 1000:6.0f} ms   {took / bare:.1f}x")


if __name__ == "__main__":
    main()
