"""What a model's tokens cost. Exact: rates are whole micro-dollars per million tokens, money is picodollars."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NoReturn

PICO = 10**12
"""Picodollars in a dollar: what a token costs at one micro-dollar per million tokens is one of them."""

_MICRO = 10**6
_MAX_DOLLARS = 10**6
"""Above this a rate is not dollars per million tokens but a mistake."""


class PriceError(ValueError):
    """A price file is wrong; the message names the file, the row and what is allowed."""


@dataclass(frozen=True, slots=True)
class Price:
    """The five rates of a model, in micro-dollars per million tokens."""

    input: int
    output: int
    cache_write_5m: int
    cache_write_1h: int
    cache_read: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a price file."""

    match: tuple[str, ...]
    """Names of models, or globs over them."""
    price: Price
    tiers: tuple[tuple[int, Price], ...] = ()
    """Other rates for prompts of more than so many tokens, the longest first."""
    effective_from: date = date.min
    source: str = ""
    regional_percent: int = 0
    """What a regional inference profile of Amazon Bedrock adds to all rates."""

    def regional(self) -> "Row":
        """Return the row of the model's regional inference profiles."""
        percent = 100 + self.regional_percent
        tiers = tuple((above, _scaled(tier, percent)) for above, tier in self.tiers)
        return replace(self, price=_scaled(self.price, percent), tiers=tiers)

    def at(self, total_input_tokens: int) -> Price:
        """Return the rates of a request with a prompt of this many tokens, cache reads and writes included."""
        for above, tier in self.tiers:
            if total_input_tokens > above:
                return tier
        return self.price


def _scaled(price: Price, percent: int) -> Price:
    return Price(*((getattr(price, name) * percent + 50) // 100 for name in _RATES))


def price(
    model: str, total_input_tokens: int, overrides: Sequence[Row] = (), on: date | None = None
) -> Price | None:
    """Return what a request costs per token.

    Args:
        model: the name as the provider spells it.
        total_input_tokens: of the whole prompt, cache reads and writes included; decides among tiers.
        overrides: the user's rows; they win over the shipped ones, however specific those are.
        on: the day of the request; None takes each model's newest row, which may be one that is announced.

    Returns:
        None when no row is for this model. That means unknown: it is neither 0 nor a guess.
    """
    row = find(model, overrides, on)
    return row.at(total_input_tokens) if row else None


def find(model: str, overrides: Sequence[Row] = (), on: date | None = None) -> Row | None:
    """Return the row for a model: of the most specific match, the newest that was in force on the day."""
    name = model.strip().lower()
    names = (name, bare_name(model))
    row = _best(names, overrides, on) or _best(names, shipped(), on)
    if (
        row
        and row.regional_percent
        and _REGIONAL.search(name)
        and not any(_fit(glob, (name,)) for glob in row.match)
    ):
        return row.regional()
    return row


def _best(names: tuple[str, ...], rows: Sequence[Row], on: date | None) -> Row | None:
    found: dict[int, list[Row]] = {}
    for row in rows:
        fit = max(_fit(glob, names) for glob in row.match)
        if fit:
            found.setdefault(fit, []).append(row)
    if not found:
        return None
    # A model's first price is what it has cost from its first day, so the oldest row has no beginning.
    newest_first = sorted(found[max(found)], key=lambda row: row.effective_from, reverse=True)
    return next((row for row in newest_first if on is None or row.effective_from <= on), newest_first[-1])


def _fit(glob: str, names: tuple[str, ...]) -> int:
    """Return how much of a name a glob spells out, 0 where it does not match; the name itself beats all globs."""
    if glob in names:  # also a name such as claude-opus-5-5[1m], which reads as a glob
        return 1000 + len(glob)
    literal = re.sub(r"\[[^\]]*\]|[*?]", "", glob)
    return 1 + len(literal) if any(fnmatchcase(name, glob) for name in names) else 0


_REGIONS = "us|eu|au|jp|apac"
_REGIONAL = re.compile(rf"(?:^|/)(?:{_REGIONS})\.\w+\.")
_AROUND_NAME = (
    (
        r"^.*/",
        "",
    ),  # anthropic/..., azure/..., models/..., publishers/google/..., a profile's ARN
    (r"^(ft:[^:]*):.*$", r"\1"),  # whose it is, and what it is called
    (rf"^(?:(?:{_REGIONS}|global)\.)?(?:anthropic|openai)\.", ""),  # anthropic. and us.anthropic.
    (r"\[[^\]]*\]$", ""),  # [1m]
    (r"@[\w-]+$", ""),  # @20251101
    (r"-v\d+(?::\w+)*$", ""),  # -v1:0
    (r"-(?:20\d{6}|20\d\d-\d\d-\d\d|00\d|latest)$", ""),  # -20251101, -2024-08-06, -001
    (r"(?<=\d)\.(?=\d)", "-"),
)


def bare_name(model: str) -> str:
    """Return a model's name without vendor, region, context window, version and date around it.

    A fine-tuned model keeps its `ft:`: it has prices of its own. So does a region that is not known here.
    """
    name = model.strip().lower()
    for pattern, instead in _AROUND_NAME:
        name = re.sub(pattern, instead, name)
    return name


@cache
def shipped() -> tuple[Row, ...]:
    """Return the rows that ship with the package."""
    text = resources.files("headroom").joinpath("data/prices.toml").read_text(encoding="utf-8")
    return parse(text, "prices.toml")


def read(file: Path) -> tuple[Row, ...]:
    """Read a price file of the user's. Raises PriceError when it cannot be read or is not of the right form."""
    try:
        text = file.expanduser().read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PriceError(f"{file}: {error.strerror or error} (setting prices.file)") from None
    except UnicodeDecodeError:
        raise PriceError(f"{file}: not UTF-8 text (setting prices.file)") from None
    return parse(text, str(file))


def parse(text: str, where: str) -> tuple[Row, ...]:
    """Read the TOML of a price file. Raises PriceError, naming `where` and the row."""
    try:
        tree = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PriceError(f"{where}: not valid TOML: {error}") from None
    rows = tree.pop("price", [])
    if tree or not isinstance(rows, list):
        raise PriceError(f"{where}: only [[price]] rows may stand in it, not {', '.join(tree) or 'price = ...'}")
    return tuple(_row(row, f"{where}: [[price]] row {number}") for number, row in enumerate(rows, 1))


_RATES = tuple(field.name for field in fields(Price))
_NEEDED = ("input", "output", "cache_read")
_OTHERS = frozenset({"match", "tiers", "regional_percent", "effective_from", "source", "looked_up"})


def _row(raw: object, where: str) -> Row:
    if not isinstance(raw, dict):
        _wrong(where, "must be a table")
    globs = raw.get("match")
    globs = [globs] if isinstance(globs, str) else globs
    if not isinstance(globs, list) or not globs or not all(isinstance(glob, str) and glob for glob in globs):
        _wrong(where, "match must be a model's name or glob, or a list of them")
    where = f"{where} ({globs[0]})"
    unknown = raw.keys() - _OTHERS - set(_RATES)
    if unknown:
        _wrong(where, f"unknown field {', '.join(sorted(unknown))}")
    begin = raw.get("effective_from", date.min)
    if type(begin) is not date:
        _wrong(where, "effective_from must be a date such as 2026-10-07")
    tiers = raw.get("tiers", [])
    if not isinstance(tiers, list):
        _wrong(where, "tiers must be a list of tables")
    percent = raw.get("regional_percent", 0)
    if type(percent) is not int or not 0 <= percent <= 100:
        _wrong(where, "regional_percent must be a whole number from 0 to 100")
    return Row(
        tuple(glob.lower() for glob in globs),
        _price(raw, where),
        tuple(sorted((_tier(tier, where) for tier in tiers), key=lambda tier: tier[0], reverse=True)),
        begin,
        str(raw.get("source", "")),
        percent,
    )


def _tier(raw: object, where: str) -> tuple[int, Price]:
    if not isinstance(raw, dict):
        _wrong(where, "tiers must be a list of tables")
    above = raw.get("above")
    if type(above) is not int or above < 0:
        _wrong(where, "a tier needs `above`: a whole number of tokens")
    return above, _price(raw, f"{where}, tier above {above}")


def _price(raw: Mapping[str, object], where: str) -> Price:
    missing = [name for name in _NEEDED if name not in raw]
    if missing:
        _wrong(where, f"{', '.join(missing)} missing: {', '.join(_NEEDED)} are needed")
    write = raw.get("cache_write_5m", raw["input"])
    rates = {"cache_write_5m": write, "cache_write_1h": write} | {
        name: raw[name] for name in _RATES if name in raw
    }
    return Price(**{name: _rate(rate, f"{where}: {name}") for name, rate in rates.items()})


def _rate(raw: object, where: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        _wrong(where, "must be a number of dollars per million tokens")
    micros = Decimal(raw) * _MICRO if Decimal(raw).is_finite() else Decimal(-1)
    if not 0 <= micros <= _MAX_DOLLARS * _MICRO or micros != int(micros):
        _wrong(where, "must be dollars per million tokens: 0 or more, with at most 6 decimals")
    return int(micros)


def _wrong(where: str, what: str) -> NoReturn:
    raise PriceError(f"{where}: {what}")
