"""Facts that are easily lost, planted in the middle of the output kinds that agents read most.

None of them is marked by the word "error". Records (their facts are overrides of one row's fields) are written in
many formats; `workloads_planted_lines` has what is not made of records.
"""

import json
import random
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.bench.needles import Kind, Needle, Workload
from tests.bench.workloads_planted_lines import LINES

Row = dict[str, Any]

_HANDLERS: Final = ("applyVoucher", "chargeCard", "packParcel", "sendReceipt", "syncStock", "updateBasket")
_NOTES: Final = ("paid by card", "paid by invoice", "picked up in the shop", "sent by courier", "gift wrapped")


class Fact(NamedTuple):
    """What makes a row worth reading."""

    name: str
    kind: Kind
    change: Row
    shown: str = ""
    """The value as it must stand beside the row's own id; empty where the row must stand, and no more."""
    query: str = ""


FACTS: Final = (
    Fact("denied", "error", {"state": "denied"}, "denied"),
    Fact("exit 137", "error", {"exit_code": 137}, "137"),
    Fact("OOMKilled", "error", {"reason": "OOMKilled"}, "OOMKilled"),
    Fact("failed, in a sentence", "error", {"note": "second charge failed after retry"}, "failed"),
    Fact("NaN", "outlier", {"ratio": float("nan")}, "NaN"),
    Fact("negative", "outlier", {"balance": -18.4}, "-18.4"),
    Fact("100 times the others", "outlier", {"latency_ms": 12_873}, "12873"),
    Fact("another type", "outlier", {"items": "three"}, "three"),
    Fact("a duplicated id", "outlier", {"id": "twice"}),
    Fact("a gap in the sequence", "outlier", {"id": "gap"}),
    Fact("null where all is set", "rare", {"owner": None}),
    Fact("a rare category", "rare", {"region": "ap-south-2"}, "ap-south-2"),
    Fact(
        "one word of the query",
        "query",
        {"note": "customer wants money back for the broken kettle"},
        "kettle",
        "Somebody complained about a kettle: which order was that, and did we refund it?",
    ),
    Fact("an id of the query", "query", {"ref": "7be41c90"}, "7be41c90", "What happened to 7be41c90?"),
    Fact(
        "camel case asked as words",
        "query",
        {"handler": "reverseChargeback"},
        "reverseChargeback",
        "Was there any order for which we had to reverse a chargeback?",
    ),
)


def records(seed: int, count: int = 600) -> tuple[list[Row], str, tuple[Needle, ...]]:
    """Return rows, a query, and what is planted: half of the facts, and one that answers the query."""
    chance = random.Random(f"records {seed}")
    facts = [fact for number, fact in enumerate(FACTS) if not fact.query and (number + seed) % 2]
    answers = [fact for fact in FACTS if fact.query]
    asked = answers[seed % len(answers)]
    spots = sorted(chance.sample(range(count // 8, count - count // 8, 3), len(facts) + 1))
    chance.shuffle(spots)
    rows = [_row(chance, number) for number in range(count)]
    needles = []
    for at, fact in zip(spots, [*facts, asked], strict=True):
        row = rows[at]
        if fact.name == "a duplicated id":
            row["id"] = rows[at - 5]["id"]
        elif fact.name == "a gap in the sequence":
            for later in rows[at:]:
                later["id"] += 3
        else:
            row |= fact.change
        needles.append(Needle(fact.kind, "\t".join(part for part in (row["ref"], fact.shown) if part), fact.name))
    return rows, asked.query, tuple(needles)


def _row(chance: random.Random, number: int) -> Row:
    return {
        "id": 41_000 + number,
        "ref": f"{chance.getrandbits(32):08x}",
        "at": f"2026-03-14T{8 + number // 120:02d}:{number // 2 % 60:02d}:{number % 2 * 30:02d}Z",
        "state": "done" if chance.random() < 0.9 else "open",
        "exit_code": 0,
        "reason": "Completed",
        "latency_ms": int(chance.gauss(120, 9)),
        "balance": round(chance.uniform(20, 90), 2),
        "ratio": round(chance.uniform(0.9, 1.0), 3),
        "items": chance.randrange(1, 9),
        "owner": chance.choice(("ann", "bo", "carol", "dmitri")),
        "region": chance.choice(("eu-west-1", "eu-west-1", "us-east-1")),
        "handler": chance.choice(_HANDLERS),
        "note": chance.choice(_NOTES),
    }


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return "NaN" if value != value else str(value)


def _api(rows: list[Row]) -> str:
    return json.dumps({"total": len(rows), "items": rows}, indent=2)


def _nested(rows: list[Row]) -> str:
    outer = ("id", "ref", "at")
    items = [
        {
            "metadata": {key: row[key] for key in outer},
            "status": {key: row[key] for key in row if key not in outer},
        }
        for row in rows
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=4)


def _json_lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _csv(rows: list[Row], mark: str = ",") -> str:
    return "".join(
        mark.join(map(_plain, line)) + "\n" for line in [list(rows[0]), *(row.values() for row in rows)]
    )


def _tsv(rows: list[Row]) -> str:
    return _csv(rows, "\t")


def _padded(rows: list[Row]) -> tuple[list[list[str]], list[int]]:
    table = [list(rows[0]), *([_plain(value) for value in row.values()] for row in rows)]
    return table, [max(map(len, column)) for column in zip(*table, strict=True)]


def _psql(rows: list[Row]) -> str:
    table, widths = _padded(rows)
    lines = [" " + " | ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    lines.insert(1, "+".join("-" * (width + 2) for width in widths))
    return "\n".join([*lines, f"({len(rows)} rows)", "", ""])


def _markdown(rows: list[Row]) -> str:
    table, widths = _padded(rows)
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in table]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def _columns(rows: list[Row]) -> str:
    short = [{key.upper(): row[key] or "<none>" for key in row if key != "note"} for row in rows]
    table, widths = _padded(short)
    return "".join("   ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in table)


def _logfmt(rows: list[Row]) -> str:
    def pair(key: str, value: Any) -> str:
        said = _plain(value)
        return f'{key}="{said}"' if " " in said else f"{key}={said}"

    return "".join(
        f"time={row['at']} level=info msg=processed "
        + " ".join(pair(key, value) for key, value in row.items() if key != "at")
        + "\n"
        for row in rows
    )


def _syslog(rows: list[Row]) -> str:
    return "".join(
        f"Mar 14 {row['at'][11:19]} shop-1 worker[{row['id']}]: {row['ref']} {row['state']} "
        f"in {row['latency_ms']} ms exit {row['exit_code']} ({row['reason']}) balance {_plain(row['balance'])} "
        f"ratio {_plain(row['ratio'])} items {row['items']} owner {row['owner']} region {row['region']} "
        f"via {row['handler']}: {row['note']}\n"
        for row in rows
    )


_WRITTEN: Final[dict[str, tuple[Callable[[list[Row]], str], str, str]]] = {
    "API": (_api, "mcp__shop__list_orders", "{}"),
    "nested": (_nested, "Bash", '{"command": "kubectl get orders -o json"}'),
    "JSON lines": (_json_lines, "Bash", '{"command": "cat orders.jsonl"}'),
    "CSV": (_csv, "Bash", '{"command": "cat orders.csv"}'),
    "TSV": (_tsv, "Bash", '{"command": "./report --tsv"}'),
    "psql": (_psql, "Bash", '{"command": "psql -c \'select * from orders\'"}'),
    "markdown": (_markdown, "mcp__db__query", "{}"),
    "columns": (_columns, "Bash", '{"command": "kubectl get orders -o wide"}'),
    "logfmt": (_logfmt, "Bash", '{"command": "kubectl logs deploy/worker"}'),
    "syslog": (_syslog, "Bash", '{"command": "journalctl -u worker --no-pager"}'),
}
_UNSEEN: Final = {"columns": {"failed, in a sentence", "one word of the query"}}
"""Facts that a format does not show: it has no column for notes."""


def _records_as(name: str) -> Callable[[int], Workload]:
    write, tool, tool_input = _WRITTEN[name]

    def make(seed: int) -> Workload:
        rows, query, needles = records(seed)
        shown = tuple(needle for needle in needles if needle.note not in _UNSEEN.get(name, ()))
        return Workload(f"planted: {name}", write(rows), tool, tool_input, query, shown)

    return make


WORKLOADS: Final[dict[str, Callable[[int], Workload]]] = {
    **{name: _records_as(name) for name in _WRITTEN},
    **LINES,
}
"""Makers by name; each takes a seed."""
