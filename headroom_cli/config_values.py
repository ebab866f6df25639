"""Values of settings in three forms: as the table has them, as a TOML file does, and as they are shown."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from headroom_cli.hidden import without_secrets

if TYPE_CHECKING:
    from headroom.setting import Setting, Value


def flat(tree: Mapping[str, object]) -> dict[str, object]:
    """Return a TOML file's content by dotted names; the table of a setting that is one stays whole."""
    from headroom.settings import ROWS

    found: dict[str, object] = {}
    open_tables: list[tuple[str, Mapping[str, object]]] = [("", tree)]
    while open_tables:
        prefix, table = open_tables.pop()
        for key, value in table.items():
            name = prefix + key
            if isinstance(value, dict) and name not in ROWS:
                open_tables.append((f"{name}.", value))
            else:
                found[name] = value
    return found


def as_toml(row: "Setting", value: "Value") -> object:
    """Return a parsed value as a TOML file has it: rules are a table there."""
    if not isinstance(value, tuple) or not (row.choices or row.is_table):
        return list(value) if isinstance(value, tuple) else value
    return dict(_pairs(row, value))


def _pairs(row: "Setting", rules: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        name, _, value = rule.partition("=") if row.is_table else rule.rpartition("=")
        yield name, value


def shown(value: "Value") -> str:
    """Return a value in one line, without the secrets that a URL may hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return without_secrets(", ".join(value)) or "(none)"
    return without_secrets(str(value)) or "(empty)"


def hidden(value: object) -> object:
    """Return a value as TOML has it, without the secrets that a URL in it may hold."""
    if isinstance(value, dict):
        return {without_secrets(name): hidden(each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_secrets(each) for each in value]
    return without_secrets(value) if isinstance(value, str) else value


def undone(name: str, origin: str) -> str:
    """Return how a setting that comes from somewhere is taken back there."""
    from headroom.settings import ROWS, config_file

    if origin == "environment":
        return f"unset {ROWS[name].env}"
    return f"headroom config unset {name}" if origin == str(config_file()) else f"take {name} out of {origin}"
