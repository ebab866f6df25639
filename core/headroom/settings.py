"""Every setting, in one table: name, type, default, help.

Defaults < the user's TOML file < the project's < environment < flags.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs

from headroom.policy import BALANCED, FILE, LEVELS, MODES, OFF, PROTECTED_TOOLS, RETRIEVALS, Policy
from headroom.setting import Setting, SettingError, Value, parse

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

_URL = r"https?://[^/\s?#]+[^\s?#]*"
_URL_OR_NONE = f"(?:{_URL})?"

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "upstream.anthropic",
        "https://api.anthropic.com",
        "Base URL that Anthropic requests go to: scheme://host[:port][/prefix].",
        form=_URL,
    ),
    Setting("upstream.openai", "https://api.openai.com", "The same for OpenAI, Azure and their like.", form=_URL),
    Setting("upstream.chatgpt", "https://chatgpt.com", "The same for Codex with a ChatGPT login.", form=_URL),
    Setting(
        "upstream.gemini", "https://generativelanguage.googleapis.com", "The same for the Gemini API.", form=_URL
    ),
    Setting("upstream.vertex", "", "The same for Vertex AI; else the path's region says it.", form=_URL_OR_NONE),
    Setting("upstream.bedrock", "", "The same for AWS Bedrock; else its region says it.", form=_URL_OR_NONE),
    Setting("upstream.ollama", "http://127.0.0.1:11434", "The same for Ollama's own API.", form=_URL),
    Setting(
        "upstream.more",
        (),
        'Further providers, a table of name = "URL": each answers under /NAME/ as a provider of the same dialect.',
        form=_URL,
        is_table=True,
    ),
    Setting("compress.enabled", True, "Whether anything is compressed at all."),
    Setting("compress.level", BALANCED, "How far it may go.", choices=tuple(LEVELS)),
    Setting("compress.floor_tokens", 200, "Blocks with fewer tokens are left alone."),
    Setting(
        "compress.enough_ratio",
        LEVELS[BALANCED].enough_ratio,
        "A lossless form of at most this share of the original is enough; where it is not set, the level says it.",
    ),
    Setting(
        "compress.enough_tokens",
        LEVELS[BALANCED].enough_tokens,
        "So is a lossless form of at most this many tokens; where it is not set, the level says it.",
    ),
    Setting("compress.code_mode", False, "Whether the bodies of functions may be left out of source code."),
    Setting("compress.deadline_ms", 1000, "Blocks not compressed in this time are sent as they are, for ever."),
    Setting(
        "compress.protected_tools",
        PROTECTED_TOOLS,
        "Globs of tool names whose results are never touched.",
    ),
    Setting(
        "compress.tools",
        (),
        'Levels of single tools: a table of globs of their names, as "mcp__github__*" = "lossless"; the last that '
        "fits holds.",
        choices=(OFF, *LEVELS),
    ),
    Setting(
        "retrieval.mode",
        FILE,
        "How an original is got back: the agent reads its file, the proxy answers a tool, or an MCP server does.",
        choices=RETRIEVALS,
    ),
    Setting("retrieval.max_rounds", 4, "How often one response may ask for originals.", most=20),
    Setting("holdout.share", 0.0, "Share of conversations left alone, to compare the others with.", most=1.0),
    Setting(
        "cache.align",
        False,
        "Whether what changes in a system prompt is told at the end; for API clients that place no breakpoints.",
    ),
    Setting(
        "cache.cold",
        False,
        "Whether old results may be rewritten once the provider's cache has forgotten the conversation.",
    ),
    Setting("cache.key", False, "Whether OpenAI requests without a prompt_cache_key get one."),
    Setting(
        "context.budget",
        "off",
        "Whether the oldest tool calls leave a request that exceeds the model's window; for API clients.",
        choices=("off", "rolling", "intelligent"),
    ),
    Setting("context.keep_turns", 4, "How many of the latest exchanges always stay."),
    Setting("context.target_share", 0.6, "The share of the window that is left filled.", most=1.0),
    Setting(
        "context.windows", (), "Windows of models in tokens, a table of globs.", form=r"[1-9]\d*", is_table=True
    ),
    Setting(
        "toin.enabled",
        True,
        "Whether what is looked up again teaches what to show, in conversations that begin later; stays on this "
        "machine.",
    ),
    Setting("store.ttl_days", 7, "How long an original is kept after it was last used."),
    Setting("store.max_mb", 2048, "How much all originals together may take."),
    Setting("learn.max_tokens", 600, "What the rules of `headroom learn` may take in a memory file.", most=20_000),
    Setting(
        "proxy.mode",
        MODES[0],
        "optimize, audit (change nothing, say what would be saved), simulate (send nothing, return the request).",
        choices=MODES,
    ),
    Setting(
        "proxy.backend",
        "",
        "bedrock: AWS Bedrock answers requests to Anthropic, with your AWS credentials; empty: Anthropic does.",
        form="(?:bedrock)?",
    ),
    Setting(
        "bedrock.region",
        "",
        "The AWS region of Bedrock; else the one that a request is signed for.",
        form=r"[a-z0-9-]{0,40}",
    ),
    Setting(
        "bedrock.models",
        (),
        "Names of models in Bedrock, a table of globs, each with the id of a model or an inference profile; the "
        "last that fits holds.",
        is_table=True,
    ),
    Setting(
        "bedrock.betas",
        (),
        'Names of beta features in Bedrock, a table; "off" leaves one out.',
        is_table=True,
    ),
    Setting("proxy.connect_timeout_s", 10.0, "How long to wait for a connection to the provider."),
    Setting("proxy.idle_timeout_s", 900.0, "How long a response may be silent before it is given up."),
    Setting("memory.inline", False, "Whether facts between <memory> tags in a model's answers are kept."),
    Setting("memory.max_tokens", 1000, "What the section of facts in an agent's memory file may take."),
    Setting(
        "memory.model", "", "A folder with a sentence model (model.onnx, tokenizer.json) to find facts alike."
    ),
    Setting("sessions.max_age_days", 365, "How long a session's log is kept after its last line."),
    Setting("sessions.max_mb", 1024, "How much all logs of sessions together may take."),
    Setting("prices.file", "", "A TOML file with prices of your own; its rows win over the shipped ones."),
)

OTHER_VARIABLES = frozenset({"HEADROOM_HOME", "HEADROOM_CONFIG", "HEADROOM_SESSION_LOG", "HEADROOM_KERNELS"})
"""Variables that are no settings: where things are, and what our own processes tell each other."""

UPSTREAMS: tuple[Setting, ...] = tuple(
    row for row in SETTINGS if row.name.startswith("upstream.") and row.name != "upstream.more"
)
"""The providers' base URLs."""

ROWS: Mapping[str, Setting] = {row.name: row for row in SETTINGS}

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
                raise SettingError(f"{where}: there is no setting {name!r}; known: {', '.join(ROWS)}")
            parsed = parse(row, raw, row.env if where == "environment" else where)
            values[name] = parsed if name not in _ADD_UP else _added(values[name], parsed)
            origins[name] = where
    level = LEVELS[str(values["compress.level"])]
    for column in ("enough_ratio", "enough_tokens"):
        if origins[f"compress.{column}"] == "default":
            values[f"compress.{column}"] = getattr(level, column)
    return Settings(values, origins)


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
            raise SettingError(f"environment: there is no {name}; known: {', '.join(sorted(known))}")
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
