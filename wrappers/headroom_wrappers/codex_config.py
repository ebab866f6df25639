"""What of Codex's configuration is in force. https://developers.openai.com/codex/config-basic

Layers, of which a later one wins: the system's config.toml, the user's, the profile's file, -c, and the system's
managed_config.toml. A project's .codex/config.toml may say nothing about providers, even where it is trusted
(Codex 0.169 leaves such keys out, and says so).
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from headroom_wrappers import configs

BUILT_IN = "openai"
URL_KEY = "openai_base_url"
SYSTEM = Path("/etc/codex")
"""Where an administrator's files are, but on Windows: there the managed one is in Codex's home."""
_MANAGED = "managed_config.toml"
_FLAGS: Mapping[str, str] = {"-c": "config", "--config": "config", "-p": "profile", "--profile": "profile"}
_SWITCHES = ("--oss", "--ignore-user-config")


class Option(NamedTuple):
    """One of the user's arguments that matters here, and where it stands."""

    name: str
    """"config", "profile" or a switch."""
    value: str
    at: int
    size: int
    """How many arguments it takes up."""

    @property
    def key(self) -> str:
        """The key that a -c sets."""
        return self.value.partition("=")[0].strip()


class Setup(NamedTuple):
    """What is in force: the configuration, and the login."""

    provider: str
    base_url: str
    """Of the built-in provider, where the user named one."""
    tables: Mapping[str, Mapping[str, object]]
    """Of providers, by name."""
    is_chatgpt: bool
    managed: Mapping[str, object]
    """What an administrator's file says, which wins over -c."""
    managed_file: Path


def options(user: Sequence[str]) -> list[Option]:
    """Return the options that say where requests go, in their order: `-c K=V`, `-cK=V`, `--config=K=V`, ..."""
    found: list[Option] = []
    at = 0
    while at < len(user) and user[at] != "--":
        option = _option(user, at)
        found += [option] if option else []
        at += option.size if option else 1
    return found


def _option(user: Sequence[str], at: int) -> Option | None:
    argument = user[at]
    if argument in _SWITCHES:
        return Option(argument, "", at, 1)
    if argument in _FLAGS:
        return Option(_FLAGS[argument], next(iter(user[at + 1 : at + 2]), ""), at, 2)
    if not argument.startswith("--"):
        name, value = argument[:2], argument[2:].removeprefix("=")
    else:
        name, _, value = argument.partition("=")
    return Option(_FLAGS[name], value, at, 1) if name in _FLAGS else None


def setup(environ: Mapping[str, str], user: Sequence[str], system: Path = SYSTEM) -> Setup:
    """Return what is in force.

    Args:
        user: the user's arguments.
        system: the folder of an administrator's files.
    """
    home = Path(environ.get("CODEX_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".codex")
    managed_file = (home if sys.platform == "win32" else system) / _MANAGED
    managed = configs.toml(configs.text(managed_file))
    given = options(user)
    names = {option.name for option in given}
    own = {} if "--ignore-user-config" in names else configs.toml(configs.text(home / "config.toml"))
    profile = next((option.value for option in reversed(given) if option.name == "profile"), "")
    named = profile or str(configs.inside(own, "profile") or "")
    layers = [
        configs.toml(configs.text(system / "config.toml")),
        own,
        configs.table(own, "profiles", named),  # before 0.134
        configs.toml(configs.text(home / f"{profile}.config.toml")) if profile else {},
        _overrides(given),
        managed,
    ]
    is_chatgpt = _is_chatgpt(environ, home)
    if "--oss" in names:
        return Setup("oss", "", {}, is_chatgpt=False, managed=managed, managed_file=managed_file)
    provider, url = _last(layers, "model_provider") or BUILT_IN, _last(layers, URL_KEY)
    return Setup(provider, url, _tables(layers), is_chatgpt, managed, managed_file)


def _last(layers: Sequence[Mapping[str, object]], key: str) -> str:
    return next((value for layer in reversed(layers) if isinstance(value := layer.get(key), str) and value), "")


def _tables(layers: Iterable[Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Return the tables of providers, each joined of what the layers say of it."""
    found: dict[str, dict[str, object]] = {}
    for layer in layers:
        for name, table in configs.table(layer, "model_providers").items():
            if isinstance(table, dict):
                found[name] = {**found.get(name, {}), **table}
    return found


def _overrides(given: Sequence[Option]) -> dict[str, object]:
    """Return the user's -c as a layer: of two for one key, or a table and a key in it, the later one holds."""
    layer: dict[str, object] = {}
    for option in given:
        if option.name != "config":
            continue
        *path, last = option.key.split(".")
        table = layer
        for name in path:
            inner = table.get(name)
            if not isinstance(inner, dict):
                inner = table[name] = {}
            table = inner
        table[last] = _value(option.value.partition("=")[2].strip())
    return layer


def _value(text: str) -> object:
    """Read the value of a -c: TOML, or else the text itself."""
    return configs.toml(f"value = {text}").get("value", text)


def _is_chatgpt(environ: Mapping[str, str], home: Path) -> bool:
    """Tell whether Codex is logged in with ChatGPT: by its auth.json; without one, by the lack of a key."""
    if environ.get("CODEX_API_KEY"):
        return False
    auth = configs.jsonc(configs.text(home / "auth.json"))
    mode = auth.get("auth_mode")
    if isinstance(mode, str):
        return mode.lower() not in {"apikey", "api_key"}
    if auth.get("OPENAI_API_KEY") or auth.get("tokens"):
        return not auth.get("OPENAI_API_KEY")
    return not environ.get("OPENAI_API_KEY")
