"""Diffs and tables with planted facts, the same in every process."""

import json
import random
from collections.abc import Callable
from typing import Final

from tests.bench.needles import Needle, Workload

_WORDS: Final = ("order", "cart", "price", "stock", "coupon", "refund", "invoice", "address", "parcel", "rating")


def workloads(seed: int = 0) -> list[Workload]:
    """Return one workload of each kind; different seeds give different texts and facts."""
    return [make(random.Random(f"{make.__name__} {seed}")) for make in _MAKERS]


def pull_request(random_: random.Random) -> Workload:
    """Twenty files and a lockfile; a bug in an added line, a version in the lockfile."""
    version = f"{random_.randint(2, 9)}.{random_.randint(0, 40)}.{random_.randint(0, 9)}"
    tries = random_.randint(1000, 9999)
    bug = f"        raise TimeoutError('gave up on {random_.choice(_WORDS)} after {tries} tries')"
    at = random_.randrange(20)
    files = []
    for number in range(20):
        name = f"src/{random_.choice(_WORDS)}_{number}.py"
        files.append(
            _file(name, [_hunk(random_, start, [bug] if number == at else []) for start in (10, 80, 190)])
        )
    packages = [f"pkg-{random_.getrandbits(24):06x}" for _ in range(150)]
    lock = ["@@ -1,750 +1,750 @@"]
    for number, package in enumerate(packages):
        new = version if number == 77 else f"1.{random_.randint(0, 9)}.{random_.randint(0, 99)}"
        lock += [
            f'     "node_modules/{package}": {{',
            f'-      "version": "0.{number}.1",',
            f'+      "version": "{new}",',
        ]
        lock += [f'-      "integrity": "sha512-{random_.getrandbits(256):x}",']
        lock += [
            f'+      "integrity": "sha512-{random_.getrandbits(256):x}",',
            '       "license": "MIT"',
            "     },",
        ]
    files.append(_file("package-lock.json", [lock]))
    needles = (
        Needle("error", bug.strip()),
        Needle("query", f"{packages[77]} 0.77.1 -> {version}"),
        Needle("rare", f"+++ b/{files[at][0].split(' b/')[1]}"),
    )
    query = f"Review this: to which version does {packages[77]} move, and can anything give up?"
    return _workload("pull request with a lockfile", _text(files), "git diff main...HEAD", query, needles)


def refactoring(random_: random.Random) -> Workload:
    """A commit that renames a module in thirty files, and changes one line more in one of them."""
    same = ["-from shop.settings import read_settings, write_settings, settings_path"]
    same += ["+from shop.configuration import read_settings, write_settings, settings_path"]
    odd = f"    limit = {random_.randint(100_000, 999_999)}  # was the other way round"
    files = []
    for number in range(30):
        hunks = [["@@ -3,7 +3,7 @@", " import os", " import re", " ", *same, " ", " ", " def main():"]]
        if number == 17:
            hunks.append(_hunk(random_, 60, [odd]))
        files.append(_file(f"src/{random_.choice(_WORDS)}_{number}.py", hunks))
    head = [
        f"commit {random_.getrandbits(160):040x}",
        "Author: Ada Example <ada@example.com>",
        "",
        "    Rename settings",
        "",
    ]
    needles = (
        Needle("rare", odd),
        Needle("error", same[1]),
        Needle("outlier", "src/" + files[29][0].split("b/src/")[1]),
    )
    return _workload("git show of a refactoring", _text([head, *files]), "git show HEAD", "", needles)


def bundle(random_: random.Random) -> Workload:
    """A minified bundle in which a number changes, and the source that it comes from."""
    parts = [f"function f{number}(a,b){{return a*{number}+b}}" for number in range(1500)]
    at, new = random_.randrange(1500), random_.randint(10_000, 99_999)
    after = [*parts[:at], f"function f{at}(a,b){{return a*{new}+b}}", *parts[at + 1 :]]
    files = [
        _file("dist/app.min.js", [["@@ -1 +1 @@", "-" + "".join(parts), "+" + "".join(after)]]),
        _file("src/app.js", [_hunk(random_, 40, [f"  return a * {new} + b;"])]),
    ]
    needles = (Needle("query", str(new)), Needle("rare", f"return a * {new} + b;"))
    return _workload("minified bundle", _text(files), "git diff", f"Why is f{at} wrong?", needles)


def psql_result(random_: random.Random) -> Workload:
    """A thousand rows as psql prints them: one failed payment, one huge total, one odd currency, one asked for."""
    rows = []
    for number in range(1, 1001):
        total = f"{random_.uniform(5, 100):.2f}"
        state = random_.choice(("paid", "paid", "paid", "shipped", "open"))
        rows.append([str(number), f"customer{random_.randint(1, 9999)}@example.com", state, total, "EUR"])
    failed, huge, odd, asked = random_.sample(range(10, 990), 4)
    rows[failed][2] = "payment failed"
    rows[huge][3] = f"{random_.uniform(50_000, 90_000):.2f}"
    rows[odd][4] = "CHF"
    rows[asked][1] = "wilhelmina@example.com"
    header = ["id", "customer", "status", "total", "currency"]
    widths = [max(len(row[at]) for row in [header, *rows]) for at in range(5)]
    lines = [" " + " | ".join(cell.center(width) for cell, width in zip(header, widths, strict=True)).rstrip()]
    lines.append("+".join("-" * (width + 2) for width in widths))
    for row in rows:
        cells = [
            c.rjust(w) if at in (0, 3) else c.ljust(w) for at, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(" " + " | ".join(cells).rstrip())
    text = "\n".join([*lines, "(1000 rows)", "", ""])
    needles = (
        Needle("error", "\t".join(rows[failed][:3])),
        Needle("outlier", "\t".join(rows[huge][:4])),
        Needle("rare", "\t".join((rows[odd][0], "CHF"))),
        Needle("query", "\t".join(rows[asked][:4])),
    )
    command = "psql -c 'select * from orders'"
    return _workload("psql result", text, command, "What did wilhelmina order?", needles)


def metrics(random_: random.Random) -> Workload:
    """CSV metrics of a day: one latency far off, one region that occurs once, one host that is asked for."""
    rows = []
    for number in range(1440):
        host = f"web-{number % 12}"
        latency = f"{random_.gauss(120, 10):.1f}"
        time = f"2026-03-02T{number // 60:02d}:{number % 60:02d}:00Z"
        rows.append(
            [
                time,
                host,
                "eu-west-1",
                f"{random_.gauss(40, 5):.1f}",
                str(int(random_.gauss(900, 50))),
                latency,
                "ok",
            ]
        )
    far, odd, asked, broken = random_.sample(range(10, 1430), 4)
    rows[far][5] = f"{random_.uniform(3000, 5000):.1f}"
    rows[odd][2] = "ap-south-2"
    rows[asked][1] = "canary"
    rows[broken][6] = "connection refused"
    text = "\n".join(["time,host,region,cpu,requests,p99_ms,state", *map(",".join, rows)]) + "\n"
    needles = (
        Needle("outlier", "\t".join(rows[far])),
        Needle("rare", "\t".join(rows[odd])),
        Needle("query", "\t".join(rows[asked])),
        Needle("error", "\t".join(rows[broken])),
    )
    return _workload("CSV metrics", text, "cat metrics.csv", "How did the canary do?", needles)


def pods(random_: random.Random) -> Workload:
    """Three hundred pods, two of which crash, one of them asked for, one of another version."""
    rows = [["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"]]
    for number in range(300):
        name = f"{_WORDS[number // 30]}-{random_.getrandbits(36):09x}-{random_.getrandbits(20):05x}"
        address = f"10.42.{random_.randint(0, 9)}.{random_.randint(2, 250)}"
        rows.append(
            [name, "1/1", "Running", "0", f"{random_.randint(2, 40)}d", address, f"worker-{random_.randint(1, 9)}"]
        )
    first, second, odd, asked = random_.sample(range(5, 295), 4)
    for crashed in (first, second):
        rows[crashed][1:4] = ["0/1", "CrashLoopBackOff", f"{random_.randint(9, 90)} (2m ago)"]
    rows[odd][2] = "Terminating"
    rows[asked][0] = f"ledger-{random_.getrandbits(36):09x}"
    widths = [max(len(row[at]) for row in rows) for at in range(7)]
    lines = ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    needles = (
        Needle("error", "\t".join(rows[first])),
        Needle("error", "\t".join(rows[second])),
        Needle("rare", "\t".join(rows[odd])),
        Needle("query", "\t".join(rows[asked])),
    )
    return _workload(
        "kubectl get pods", "\n".join(lines) + "\n", "kubectl get pods -o wide", "Is the ledger up?", needles
    )


def _workload(name: str, text: str, command: str, query: str, needles: tuple[Needle, ...]) -> Workload:
    return Workload(name, text, "Bash", json.dumps({"command": command}), query, needles)


def _file(path: str, hunks: list[list[str]]) -> list[str]:
    head = [f"diff --git a/{path} b/{path}", "index 83db48f..bf2a1c0 100644", f"--- a/{path}", f"+++ b/{path}"]
    return [*head, *(line for hunk in hunks for line in hunk)]


def _hunk(random_: random.Random, start: int, added: list[str]) -> list[str]:
    def line() -> str:
        a, b = random_.choice(_WORDS), random_.choice(_WORDS)
        return f"    {a}_{random_.randint(1, 99)} = load_{b}({a}_id, limit={random_.randint(1, 999)})"

    removed = [line() for _ in range(random_.randint(1, 3))]
    new = [line() for _ in range(random_.randint(1, 3))] + added
    around = [line() for _ in range(6)]
    header = f"@@ -{start},{6 + len(removed)} +{start},{6 + len(new)} @@ def {random_.choice(_WORDS)}_total():"
    body = [*(f" {text}" for text in around[:3]), *(f"-{text}" for text in removed), *(f"+{text}" for text in new)]
    return [header, *body, *(f" {text}" for text in around[3:])]


def _text(files: list[list[str]]) -> str:
    return "\n".join(line for file in files for line in file) + "\n"


_MAKERS: Final[tuple[Callable[[random.Random], Workload], ...]] = (
    *(pull_request, refactoring, bundle, psql_result, metrics, pods),
)
