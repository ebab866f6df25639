"""How long a form takes, both token counts included: large outputs of the kinds that agents meet.

python -m tests.bench.throughput

Each figure is the median over fresh processes of the first call, with the modules and the vocabulary loaded before
(as the proxy does before its first request); beside it the processor's time of the same call, all its threads
together, and the time of counting the original's tokens alone.
"""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from headroom import forms, tokens
from headroom.compressors import COMPRESSORS
from headroom.policy import Policy
from headroom.types import Context
from tests.bench import workloads_json

RUNS: Final = 5
MB: Final = 1_000_000
_WORDS: Final = ("cart", "order", "price", "stock", "voucher", "refund", "parcel", "invoice", "label", "address")


class Case(NamedTuple):
    """A large output and how long it may take."""

    make: Callable[[], str]
    tool_input: str
    target_ms: int = 0
    """0 where there is no target."""


def index() -> str:
    """An index of files as JSON, 4.5 MB."""
    return _cut_json(workloads_json.record_index(10_300).text, int(4.5 * MB))


def log() -> str:
    """10,000 lines, 1.15 MB."""
    chance = random.Random(2)
    return "".join(
        f"2026-03-14T{8 + n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}.{chance.randrange(1000):03d}Z "
        f"{'ERROR' if n % 997 == 5 else 'INFO '} [http-{chance.randrange(16)}] request "
        f"GET /{chance.choice(_WORDS)}/{chance.randrange(99999)} took {chance.randrange(5, 250)} ms "
        f"status=200 n={n % 7} trace={chance.getrandbits(64):016x}\n"
        for n in range(10_000)
    )


def listing() -> str:
    """2,000 rows of a file listing as JSON, 310 KB."""
    chance = random.Random(3)
    return json.dumps(
        [
            {
                "name": f"{chance.choice(_WORDS)}_{n}.py",
                "path": f"src/{chance.choice(_WORDS)}/{chance.choice(_WORDS)}_{n}.py",
                "type": "file",
                "size": chance.randrange(200, 30_000),
                "modified": f"2026-03-{chance.randrange(10, 28)}T10:{chance.randrange(10, 60)}:00Z",
                "mode": "0644",
                "link": False,
            }
            for n in range(2000)
        ],
        indent=0,
    )


def ls() -> str:
    """2,000 rows of `ls -laR` with long paths, 310 KB at most."""
    chance = random.Random(4)
    lines = []
    for n in range(2000):
        if n % 40 == 0:
            lines += ["", f"./services/{chance.choice(_WORDS)}/src/{chance.choice(_WORDS)}{n}:", "total 160"]
        name = f"{'_'.join(chance.choice(_WORDS) for _ in range(16))}_{n}.py"
        lines.append(f"-rw-r--r-- 1 app app {chance.randrange(200, 30_000):>5} Mar {n % 18 + 10} 10:30 {name}")
    return "\n".join(lines[1:]) + "\n"


def diff() -> str:
    """A diff of 2 MB: five hundred files of nine hunks."""
    chance = random.Random(5)
    lines = []

    def code() -> str:
        name = f"{chance.choice(_WORDS)}_{chance.randrange(99)}"
        return f"    {name} = load_{chance.choice(_WORDS)}(limit={chance.randrange(999)})"

    for n in range(500):
        path = f"src/{chance.choice(_WORDS)}/{chance.choice(_WORDS)}_{n}.py"
        lines += [
            f"diff --git a/{path} b/{path}",
            "index 83db48f..bf2a1c0 100644",
            f"--- a/{path}",
            f"+++ b/{path}",
        ]
        for start in range(10, 190, 20):
            lines.append(f"@@ -{start},8 +{start},8 @@ def {chance.choice(_WORDS)}():")
            lines += [" " + code() for _ in range(3)] + ["-" + code(), "-" + code(), "+" + code(), "+" + code()]
            lines += [" " + code() for _ in range(3)]
    return "\n".join(lines) + "\n"


def grep() -> str:
    """Hits of `grep -rn`, 2 MB."""
    chance = random.Random(6)
    return "".join(
        f"src/{_WORDS[n // 3000]}/{_WORDS[n % 3000 // 300]}_{n // 9}.py:{n % 9 * 31 + 4}:    "
        f"{chance.choice(_WORDS)} = settings.get('{chance.choice(_WORDS)}_{chance.randrange(999)}')\n"
        for n in range(29_700)
    )


def html() -> str:
    """A page of 1 MB."""
    chance = random.Random(7)
    body = "".join(
        f'<div class="row row-{n}"><h3 id="s{n}">{chance.choice(_WORDS).title()} {n}</h3><p class="text-sm">'
        f'The <a href="/docs/{chance.choice(_WORDS)}/{n}">{chance.choice(_WORDS)}</a> of each '
        f"{chance.choice(_WORDS)} is kept with its {chance.choice(_WORDS)} until the {chance.choice(_WORDS)} "
        "is sent.</p></div>\n"
        for n in range(5200)
    )
    return f"<!DOCTYPE html><html><head><title>All</title></head><body>{body}</body></html>"


def csv() -> str:
    """A table of 2 MB."""
    chance = random.Random(8)
    return "id,ref,time,state,amount,region,owner\n" + "".join(
        f"{n},{chance.getrandbits(32):08x},2026-03-14T{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z,done,"
        f"{chance.uniform(5, 90):.2f},eu-west-1,{chance.choice(_WORDS)}\n"
        for n in range(34_000)
    )


CASES: Final = {
    "JSON index": Case(index, '{"command": "cat index.json"}', 400),
    "log, 10,000 lines": Case(log, '{"command": "cat app.log"}', 150),
    "JSON listing, 2,000 rows": Case(listing, "{}", 50),
    "ls -laR, 2,000 rows": Case(ls, '{"command": "ls -laR"}', 50),
    "diff": Case(diff, '{"command": "git diff"}'),
    "grep": Case(grep, '{"command": "grep -rn settings src"}'),
    "web page": Case(html, '{"command": "curl -s https://example.com"}'),
    "CSV": Case(csv, '{"command": "cat orders.csv"}'),
}


def measure(name: str) -> dict[str, float | str]:
    """Measure a case in this process."""
    case = CASES[name]
    text = case.make()
    tokens.warm()
    forms.best(log()[:20_000], _context(CASES["log, 10,000 lines"]), Policy(), tokens.count, COMPRESSORS)
    busy = time.process_time()
    first, form = _timed(lambda: forms.best(text, _context(case), Policy(), tokens.count, COMPRESSORS))
    busy = (time.process_time() - busy) * 1000
    counting, _ = _timed(lambda: tokens.count(text))
    kind = form.compressor + (", lossless" if form.lossless else "")
    saved = 1 - form.tokens_after / form.tokens_before
    return {
        "first": first,
        "busy": busy,
        "count": counting,
        "bytes": len(text.encode()),
        "kind": kind,
        "saved": saved,
    }


def main() -> None:
    head = f"{'output':<26}{'MB':>6}{'first call':>12}{'processor':>10}{'target':>9}{'MB/s':>7}"
    print(f"{head}{'count alone':>13}  form")
    for name, case in CASES.items():
        runs = [_in_a_process(name) for _ in range(RUNS)]
        first, busy, counting = (statistics.median(run[key] for run in runs) for key in ("first", "busy", "count"))
        size = runs[0]["bytes"] / MB
        target = f"{case.target_ms} ms" if case.target_ms else "-"
        said = f"{runs[0]['kind'] or 'unchanged'}, {runs[0]['saved']:.0%} saved"
        print(
            f"{name:<26}{size:>6.2f}{first:>9.0f} ms{busy:>7.0f} ms{target:>9}{size / first * 1000:>7.1f}"
            f"{counting:>10.0f} ms  {said}"
        )


def _context(case: Case) -> Context:
    return Context("", "Bash" if "command" in case.tool_input else "mcp__files__list", case.tool_input)


def _timed(do: Callable[[], forms.Form | int]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = do()
    return (time.perf_counter() - began) * 1000, result


def _in_a_process(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.throughput", name]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def _cut_json(text: str, size: int) -> str:
    """Return an array's first rows, of so many characters at most."""
    return text if len(text) <= size else text[: text.rindex("}, {", 0, size) + 1] + "]"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
