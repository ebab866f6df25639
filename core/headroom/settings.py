"""The settings in force: defaults < the user's TOML file < the project's < environment < flags."""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs

from headroom.policy import LEVELS, Policy
from headroom.setting import SettingError, Value, parse
from headroom.settings_table import ROWS, SETTINGS, UPSTREAMS

__all__ = [
    "OTHER_VARIABLES",
    "PROJECT_FILE",
    "ROWS",
    "SETTINGS",
    "UPSTREAMS",
    "SettingError",
    "Settings",
    "config_file",
    "load",
    "project_file",
    "state_dir",
    "working_folder",
]

OTHER_VARIABLES = frozenset({"HEADROOM_HOME", "HEADROOM_CONFIG", "HEADROOM_SESSION_LOG", "HEADROOM_KERNELS"})
"""Variables that are no settings: where things are, and what our own processes tell each other."""

STATE = frozenset(
    {
        *(
            "agent_files",
            "edits",
            "intercept",
            "made.json",
            "memory",
            "run",
            "service",
            "sessions",
            "shell",
            "store",
        ),
        "toin",
    }
)
"""Names of what the state folder may hold."""

PROJECT_FILE = ".headroom.toml"
_ADD_UP = ("bedrock.betas", "bedrock.models", "compress.tools", "upstream.more")
"""Rules of an earlier layer still hold for other names."""
_PROJECTS_MAY_SET = "compress."
"""A repository that somebody clones must not say where requests go, or what becomes of the state folder."""


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


def project_file(folder: Path) -> Path | None:
    """Return the nearest .headroom.toml of a folder and those above it; None where there is none.

    The search ends at the root of a repository or at the user's home; outside both, at the folder itself.
    """
    searched = [folder, *folder.parents]
    try:
        top = next((n for n, at in enumerate(searched) if (at / ".git").exists() or at == Path.home()), 0)
        return next((at / PROJECT_FILE for at in searched[: top + 1] if (at / PROJECT_FILE).is_file()), None)
    except OSError:
        return None  # a folder above that may not be looked into


def working_folder() -> Path | None:
    """Return the folder that a project's settings are looked for in; None when it is gone."""
    try:
        return Path.cwd()
    except OSError:
        return None


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
        return replace(
            Policy.at(self["compress.level"]),
            enabled=self["compress.enabled"],
            floor_tokens=self["compress.floor_tokens"],
            enough_ratio=self["compress.enough_ratio"],
            enough_tokens=self["compress.enough_tokens"],
            protected_tools=self["compress.protected_tools"],
            code_mode=self["compress.code_mode"],
            tools=self["compress.tools"],
            retrieval=self["retrieval.mode"],
            cold=self["cache.cold"],
        )


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] = os.environ,
    flags_from: str = "command line",
    folder: Path | None = None,
) -> Settings:
    """Read the TOML files and the environment, and lay the flags (by setting name) over them.

    Args:
        flags_from: where the flags come from, for messages and origins.
        folder: the working folder, for the project's file; None for no project.

    Raises SettingError for whatever is wrong in any layer.
    """
    values: dict[str, Value] = {row.name: row.default for row in SETTINGS}
    origins = dict.fromkeys(values, "default")
    for where, layer in _layers(flags or {}, environ, flags_from, folder):
        for name, raw in layer.items():
            row = ROWS.get(name)
            if row is None:
                raise SettingError(f"{where}: there is no setting {name!r}{_nearest(name, ROWS)}")
            parsed = parse(row, raw, row.env if where == "environment" else where)
            values[name] = parsed if name not in _ADD_UP else _added(values[name], parsed)
            origins[name] = where
    level = LEVELS[str(values["compress.level"])]
    for column in ("enough_ratio", "enough_tokens"):
        if origins[f"compress.{column}"] == "default":
            values[f"compress.{column}"] = getattr(level, column)
    return Settings(values, origins)


def _nearest(name: str, names: Iterable[str]) -> str:
    """Return what somebody may have meant, to be put behind what is wrong."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(names), 3, 0.6)
    return f" (is it {' or '.join(near)}?)" if near else "; headroom config lists all"


def _added(earlier: Value, later: Value) -> Value:
    return earlier + later if isinstance(earlier, tuple) and isinstance(later, tuple) else later


def _layers(
    flags: Mapping[str, object], environ: Mapping[str, str], flags_from: str, folder: Path | None
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield where settings come from and what they are, the weakest first."""
    file = config_file(environ)
    if file.is_file():
        yield str(file), _flatten(_read_toml(file))
    project = project_file(folder) if folder else None
    if project:
        layer = _flatten(_read_toml(project))
        for name in layer:
            if name in ROWS and not name.startswith(_PROJECTS_MAY_SET):
                raise SettingError(
                    f"{project}: a project may not set {name}, only {_PROJECTS_MAY_SET}*; it belongs in {file}"
                )
        yield str(project), layer
    known = OTHER_VARIABLES | {row.env for row in SETTINGS}
    for name in environ:
        if name.startswith("HEADROOM_") and name not in known:
            raise SettingError(f"environment: nothing of ours is named {name}{_nearest(name, known)}; unset it")
    yield "environment", {row.name: environ[row.env] for row in SETTINGS if environ.get(row.env)}
    yield flags_from, flags


def _read_toml(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingError(f"{file}: cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{file}: not valid TOML: {error}") from None


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in tree.items():
        if isinstance(value, dict) and prefix + key not in ROWS:
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
