"""Every setting, in one table: name, type, default, help. Defaults < TOML file < environment < flags."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from headroom.types import Policy

Value = str | int | float | bool | tuple[str, ...]


class SettingError(ValueError):
    """A setting's name or value is wrong; the message says which, where, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: a dotted name, its default (whose type is the setting's type) and what it does."""

    name: str
    default: Value
    help: str
    form: str = ""
    """What a text must look like, as a regular expression; empty for any."""

    @property
    def env(self) -> str:
        """Its environment variable: upstream.anthropic is HEADROOM_UPSTREAM_ANTHROPIC."""
        return "HEADROOM_" + self.name.replace(".", "_").upper()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "upstream.anthropic",
        "https://api.anthropic.com",
        "Base URL that Anthropic requests go to: scheme://host[:port][/prefix].",
        form=r"https?://[^/\s?#]+[^\s?#]*",
    ),
    Setting("compress.enabled", True, "Whether anything is compressed at all."),
    Setting("compress.lossy", True, "Whether a lossy form may follow where the lossless one is not enough."),
    Setting("compress.floor_tokens", 200, "Blocks with fewer tokens are left alone."),
    Setting("compress.enough_ratio", 0.4, "A lossless form of at most this share of the original is enough."),
    Setting("compress.enough_tokens", 1500, "So is a lossless form of at most this many tokens."),
    Setting("compress.deadline_ms", 1000, "Blocks not compressed in this time are sent as they are, for ever."),
    Setting(
        "compress.protected_tools",
        (
            *("Read", "NotebookRead", "Edit", "MultiEdit", "Write", "NotebookEdit"),
            *("view", "read", "ReadFile", "*read_file*", "*read_text_file*", "*view_file*", "*open_file*"),
        ),
        "Globs of tool names whose results are never touched.",
    ),
    Setting("store.ttl_days", 7, "How long an original is kept after it was last used."),
    Setting("store.max_mb", 2048, "How much all originals together may take."),
    Setting("proxy.connect_timeout_s", 10.0, "How long to wait for a connection to the provider."),
    Setting("proxy.idle_timeout_s", 900.0, "How long a response may be silent before it is given up."),
    Setting("prices.file", "", "A TOML file with prices of your own; its rows win over the shipped ones."),
)

OTHER_VARIABLES = frozenset({"HEADROOM_HOME", "HEADROOM_CONFIG", "HEADROOM_SESSION_LOG", "HEADROOM_KERNELS"})
"""Variables that are no settings: where things are, and what our own processes tell each other."""

ROWS: Mapping[str, Setting] = {row.name: row for row in SETTINGS}


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the store and the session logs: HEADROOM_HOME, or the platform's state folder."""
    home = environ.get("HEADROOM_HOME")
    # Absolute: a marker names it, and the agent and its tools have working folders of their own.
    return (
        Path(home).expanduser().absolute()
        if home
        else Path(platformdirs.user_state_dir("headroom", appauthor=False))
    )


def config_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the user's TOML file: HEADROOM_CONFIG, or headroom.toml in the platform's config folder."""
    named = environ.get("HEADROOM_CONFIG")
    return (
        Path(named) if named else Path(platformdirs.user_config_dir("headroom", appauthor=False)) / "headroom.toml"
    )


def parse(row: Setting, raw: object, where: str) -> Value:
    """Turn a TOML value or an environment text into the row's type. Raises SettingError, naming `where`."""
    kind = type(row.default)
    try:
        if kind is bool:
            return _parse_bool(raw)
        if kind is tuple:
            items = raw.split(",") if isinstance(raw, str) else raw
            if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
                raise ValueError(raw)
            return tuple(item.strip() for item in items if item.strip())
        return _parse_text(raw, row.form) if kind is str else _parse_number(raw, _NUMBERS[kind])
    except ValueError:
        raise SettingError(f"{where}: {row.name} must be {_NAMES[kind]}, not {raw!r} ({row.help})") from None


_NUMBERS: Mapping[type, Callable[[str | int | float], int | float]] = {int: int, float: float}
_NAMES: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number from 0 on",
    float: "a number from 0 on",
    str: "a text of the right form",
    tuple: "a list of texts",
}


def _parse_text(raw: object, form: str) -> str:
    if not isinstance(raw, str) or (form and not re.fullmatch(form, raw)):
        raise ValueError(raw)
    return raw


def _parse_number(raw: object, number: Callable[[str | int | float], int | float]) -> int | float:
    """Every number here is a size, a time or a share: none is negative."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise ValueError(raw)
    value = number(raw)
    if isinstance(raw, float) and value != raw:
        raise ValueError(raw)
    if not 0 <= value < float("inf"):
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


class Settings:
    """The values in force, and where each came from.

    Raises SettingError for an unknown name or a value of the wrong type.
    """

    def __init__(self, values: Mapping[str, Value], origins: Mapping[str, str]) -> None:
        self._values = values
        self.origins = origins

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def policy(self) -> Policy:
        """Return the part of the settings that decides what happens to a block."""
        return Policy(
            floor_tokens=self["compress.floor_tokens"],
            enough_ratio=self["compress.enough_ratio"],
            enough_tokens=self["compress.enough_tokens"],
            lossy=self["compress.lossy"],
            protected_tools=self["compress.protected_tools"],
        )


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] = os.environ,
    flags_from: str = "command line",
) -> Settings:
    """Read the TOML file and the environment, and lay the flags (by setting name) over them.

    Args:
        flags_from: where the flags come from, for messages and origins.
    """
    values: dict[str, Value] = {row.name: row.default for row in SETTINGS}
    origins = dict.fromkeys(values, "default")
    layers: list[tuple[str, Mapping[str, object]]] = []
    file = config_file(environ)
    if file.is_file():
        layers.append((str(file), _flatten(_read_toml(file))))
    known = OTHER_VARIABLES | {row.env for row in SETTINGS}
    for name in environ:
        if name.startswith("HEADROOM_") and name not in known:
            raise SettingError(f"environment: there is no {name}; known: {', '.join(sorted(known))}")
    layers.append(("environment", {row.name: environ[row.env] for row in SETTINGS if environ.get(row.env)}))
    layers.append((flags_from, flags or {}))
    for where, layer in layers:
        for name, raw in layer.items():
            row = ROWS.get(name)
            if row is None:
                raise SettingError(f"{where}: there is no setting {name!r}; known: {', '.join(ROWS)}")
            values[name] = parse(row, raw, row.env if where == "environment" else where)
            origins[name] = where
    return Settings(values, origins)


def _read_toml(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{file}: not valid TOML: {error}") from None


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
