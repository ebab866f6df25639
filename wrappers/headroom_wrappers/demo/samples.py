"""What the demo agent's tools give: the outputs of a day at a made-up checkout service, the same in every run.

The story they tell: since version 4.18.0, orders in Japanese yen fail.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TypeVar

from headroom_wrappers.demo import vocabulary as words

_T = TypeVar("_T")
_DAY = datetime(2026, 3, 3, tzinfo=UTC)
_DEPLOYED = _DAY + timedelta(hours=9, minutes=30)


class _Dice:
    """A linear congruential generator with Knuth's MMIX constants: varied, and the same in every run."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, bound: int) -> int:
        """Return a number from 0 to bound - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % bound

    def pick(self, items: Sequence[_T]) -> _T:
        """Return one of the items."""
        return items[self.below(len(items))]

    def hex(self, digits: int) -> str:
        """Return a hexadecimal number with so many digits."""
        return "".join(self.pick("0123456789abcdef") for _ in range(digits))


def orders() -> str:
    """Return the answer of an order API: 120 orders as one line of JSON."""
    dice, at = _Dice(11), _DAY + timedelta(hours=8, minutes=52)
    rows = []
    for number in range(48_211, 48_331):
        at += timedelta(seconds=9 + dice.below(62))
        rows.append(_order(dice, number, at))
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False)


def _order(dice: _Dice, number: int, at: datetime) -> dict[str, object]:
    country, currency = dice.pick(words.MARKETS)
    units = 490 + dice.below(23_000)
    broken = currency == "JPY" and at >= _DEPLOYED
    declined = dice.below(24) == 0
    error = "internal_error" if broken else "card_declined" if declined else None
    paid = dice.pick(("paid", "paid", "fulfilled", "fulfilled", "shipped", "refunded"))
    return {
        "id": f"ord_{dice.hex(10)}",
        "number": number,
        "placed_at": f"{at:%Y-%m-%dT%H:%M:%S}Z",
        "status": "payment_failed" if error else paid,
        "currency": currency,
        "total": str(units) if currency == "JPY" else f"{units / 100:.2f}",
        "items": 1 + dice.below(5),
        "customer": {"id": f"cus_{dice.hex(8)}", "country": country},
        "payment": {"provider": dice.pick(words.PROVIDERS), "attempts": 1 + dice.below(10) // 8, "error": error},
        "warehouse": None if error else dice.pick(("FRA2", "LEJ1", "MAD4")),
    }


def log() -> str:
    """Return the newest 600 lines of a service's log, with one traceback."""
    dice, at = _Dice(23), _DAY + timedelta(hours=9, minutes=37)
    events: list[tuple[datetime, str]] = []
    while len(events) < 598:
        at += timedelta(milliseconds=200 + dice.below(4_300))
        for lag_ms, line in dice.pick(_TRAFFIC)(dice, at):
            moment = at + timedelta(milliseconds=lag_ms)
            events.append((moment, f"{moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03d} {line}"))
    events.sort()
    events = events[:598]
    job = _DAY + timedelta(hours=9, minutes=45)
    events += [(job, entry) for entry in words.FAILED_JOB]
    return "".join(f"{line}\n" for _, line in sorted(events, key=lambda event: event[0]))


Lines = Iterator[tuple[int, str]]


def _place_order(dice: _Dice, at: datetime) -> Lines:
    request, order, client = (
        f"req-{dice.hex(6)}",
        f"ord_{dice.hex(10)}",
        f"10.12.{dice.below(6)}.{dice.below(250)}",
    )
    _, currency = dice.pick(words.MARKETS)
    units, took_ms, provider = 490 + dice.below(23_000), 120 + dice.below(400), dice.pick(words.PROVIDERS)
    amount = str(units) if currency == "JPY" else f"{units / 100:.2f}"
    yield 0, f"INFO  {request} checkout.api: POST /v1/orders from {client}"
    yield (
        3 + dice.below(9),
        (
            f"INFO  {request} checkout.pricing: priced cart items={1 + dice.below(5)} rules={dice.below(4)} "
            f"total={amount} {currency}"
        ),
    )
    if currency == "JPY" and at >= _DEPLOYED:
        yield 21, f"ERROR {request} checkout.orders: order {order} not placed: KeyError('JPY')"
        yield 22, f"INFO  {request} checkout.api: 500 POST /v1/orders in 22 ms"
        return
    if dice.below(30) == 0:
        yield (
            2_021,
            (f"WARN  {request} checkout.payments: no answer from {provider} in 2000 ms, retry 1/1 order={order}"),
        )
        took_ms += 2_000
    yield (
        took_ms - 8,
        (
            f"INFO  {request} checkout.payments: authorised order={order} provider={provider} "
            f"units={units} in {took_ms - 40} ms"
        ),
    )
    yield took_ms, f"INFO  {request} checkout.api: 201 POST /v1/orders in {took_ms} ms"


def _read_order(dice: _Dice, _at: datetime) -> Lines:
    request, took_ms = f"req-{dice.hex(6)}", 4 + dice.below(60)
    status = dice.pick((200, 200, 200, 200, 200, 304, 404))
    yield took_ms, f"INFO  {request} checkout.api: {status} GET /v1/orders/ord_{dice.hex(10)} in {took_ms} ms"


def _background(dice: _Dice, _at: datetime) -> Lines:
    yield (
        dice.below(300),
        "INFO  -          "
        + dice.pick(words.BACKGROUND).format(
            few=1 + dice.below(6), some=8 + dice.below(80), many=200 + dice.below(9000)
        ),
    )
    if dice.below(16) == 0:
        yield (
            340,
            f"WARN  -          checkout.db: slow query {1100 + dice.below(1900)} ms: {dice.pick(words.QUERIES)}",
        )


_TRAFFIC: Sequence[Callable[[_Dice, datetime], Lines]] = (_place_order, _read_order, _read_order, _background)


def tests() -> str:
    """Return the output of a verbose pytest run: 400 tests, 2 of which fail."""
    dice = _Dice(37)
    names = [f"{file}::{case}" for file, cases in words.TESTS.items() for case in cases]
    subjects = [
        f"tests/{file}::test_{verb}_{noun}"
        for file, nouns in words.TEST_FILES.items()
        for verb in words.VERBS
        for noun in nouns
    ]
    while len(names) < 400:
        subject = subjects.pop(dice.below(len(subjects)))
        variants = [f"[{value}]" for value in dice.pick(words.PARAMETERS)] if dice.below(3) == 0 else [""]
        names += [subject + variant for variant in variants][: 400 - len(names)]
    names.sort(key=lambda name: name.partition("::")[0])
    lines = [words.TESTS_HEAD]
    for done, name in enumerate(names, 1):
        outcome = "FAILED" if name in words.FAILING else "PASSED"
        lines.append(f"{name} {outcome}".ljust(73) + f" [{done * 100 // len(names):3d}%]\n")
    return "".join([*lines, words.TESTS_TAIL])


def search() -> str:
    """Return what `grep -rn minor_units` finds in a repository."""
    dice = _Dice(53)
    lines = []
    for file in words.SOURCE_FILES:
        at = 4 + dice.below(14)
        uses = words.TEST_USES if file.startswith("tests/") else words.USES
        lines.append(f"{file}:{at}:{dice.pick(words.IMPORTS)}")
        for _ in range(1 + dice.below(5)):
            at += 6 + dice.below(48)
            use = dice.pick(uses).format(
                owner=dice.pick(words.OWNERS), amount=dice.pick(words.AMOUNTS), number=100 + dice.below(90_000)
            )
            lines.append(f"{file}:{at}:{use}")
    return "".join(f"{line}\n" for line in lines)


def diff() -> str:
    """Return the git diff of the version that broke it, lock file included."""
    dice = _Dice(71)
    lines, at = [words.LOCK_HEAD], 31
    for package, old, new, about in words.UPGRADES:
        at += 40 + dice.below(60)
        lines.append(f'@@ -{at},10 +{at},10 @@\n [[package]]\n name = "{package}"\n')
        lines.append(f'-version = "{old}"\n+version = "{new}"\n description = "{about}"\n')
        lines.append(' optional = false\n python-versions = ">=3.9"\n files = [\n')
        for sign, version in (("-", old), ("+", new)):
            for kind in ("-py3-none-any.whl", ".tar.gz"):
                file = f"{package}-{version}{kind}"
                lines.append(f'{sign}    {{file = "{file}", hash = "sha256:{dice.hex(64)}"}},\n')
        lines.append(" ]\n")
    changes = (resources.files(__package__) / "changes.diff").read_text(encoding="utf-8")
    return changes + "".join(lines)


COMMANDS: Mapping[str, Callable[[], str]] = {
    "curl -s 'http://localhost:8080/admin/orders?since=2026-03-03T08:50'": orders,
    "tail -n 600 /var/log/checkout/checkout.log": log,
    "grep -rn minor_units src tests": search,
    "python -m pytest -v tests": tests,
    "git diff v4.17.2 v4.18.0": diff,
}
"""What the demo agent's shell knows: command -> its output."""
