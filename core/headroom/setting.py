"""One setting: its row in the table, and how a TOML value or an environment text is read for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

Value = str | int | float | bool | tuple[str, ...]


class SettingError(ValueError):
    """A setting's name or value is wrong; the message says which, where, and what is allowed."""


class Form(NamedTuple):
    """What a text must look like."""

    pattern: str
    """A regular expression for all of it."""
    said: str
    """The same for people."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: a dotted name, its default (whose type is the setting's type) and what it does."""

    name: str
    default: Value
    help: str
    form: Form | None = None
    """What a text must look like; None for any."""
    choices: tuple[str, ...] = ()
    """What a text may be; of a list, what may stand behind the "=" of each rule. Empty for anything."""
    most: float = float("inf")
    """The largest number allowed."""
    is_table: bool = False
    """Whether a list holds "name=value" rules, which a file gives as a table."""

    @property
    def env(self) -> str:
        """Its environment variable: upstream.anthropic is HEADROOM_UPSTREAM_ANTHROPIC."""
        return "HEADROOM_" + self.name.replace(".", "_").upper()


def parse(row: Setting, raw: object, where: str) -> Value:
    """Turn a TOML value or an environment text into the row's type. Raises SettingError, naming `where`."""
    kind = type(row.default)
    try:
        if kind is bool:
            return _parse_bool(raw)
        if kind is tuple:
            return _parse_rules(raw, row) if row.choices or row.is_table else _parse_list(raw)
        return _parse_text(raw, row) if kind is str else _parse_number(raw, _NUMBERS[kind], row.most)
    except ValueError:
        raise SettingError(f"{where}: {row.name} must be {_allowed(row)}, not {raw!r} ({row.help})") from None


def _allowed(row: Setting) -> str:
    if row.is_table:
        return f"a table of names, each with {row.form.said if row.form else 'a text'}"
    if row.form:
        return row.form.said
    if not row.choices:
        upto = f", at most {row.most:g}" if row.most < float("inf") else ""
        return _NAMES[type(row.default)] + upto
    one_of = f"one of {', '.join(row.choices)}"
    return one_of if isinstance(row.default, str) else f"a table of globs, each with {one_of}"


def _parse_list(raw: object) -> tuple[str, ...]:
    items = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValueError(raw)
    return tuple(item.strip() for item in items if item.strip())


def _parse_rules(raw: object, row: Setting) -> tuple[str, ...]:
    """Read rules from a table, or from "name=value,name=value"."""
    cut = str.partition if row.is_table else str.rpartition  # a URL may have "=" in it, and so may a glob
    if isinstance(raw, str):
        pairs = [(name.strip(), value.strip()) for name, _, value in (cut(r, "=") for r in _parse_list(raw))]
    elif isinstance(raw, dict):
        pairs = list(raw.items())
    else:
        raise ValueError(raw)
    if not all(name and _is_allowed(value, row) for name, value in pairs):
        raise ValueError(raw)
    return tuple(f"{name}={value}" for name, value in pairs)


def _is_allowed(value: object, row: Setting) -> bool:
    if not isinstance(value, str):
        return False
    return (
        value in row.choices
        if row.choices
        else re.fullmatch(row.form.pattern if row.form else ".+", value) is not None
    )


_NUMBERS: Mapping[type, Callable[[str | int | float], int | float]] = {int: int, float: float}
_NAMES: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number from 0 on",
    float: "a number from 0 on",
    str: "a text",
    tuple: "a list of texts",
}


def _parse_text(raw: object, row: Setting) -> str:
    if not isinstance(raw, str) or (row.form and not re.fullmatch(row.form.pattern, raw)):
        raise ValueError(raw)
    if row.choices and raw not in row.choices:
        raise ValueError(raw)
    return raw


def _parse_number(raw: object, number: Callable[[str | int | float], int | float], most: float) -> int | float:
    """Every number here is a size, a time or a share: none is negative."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise ValueError(raw)
    value = number(raw)
    if isinstance(raw, float) and value != raw:
        raise ValueError(raw)
    if not 0 <= value <= most or value == float("inf"):
        raise ValueError(raw)
    return value


_WORDS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def _parse_bool(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lower() in _WORDS:
        return _WORDS[raw.strip().lower()]
    raise ValueError(raw)
