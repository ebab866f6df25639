"""`headroom config`: every setting with its value, where that comes from, and what it does; and to change one."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.hidden import without_secrets
from headroom_cli.options import AsJson
from headroom_cli.page import DIM, GOOD, HEAD, Page, console

if TYPE_CHECKING:
    from headroom.setting import Setting
    from headroom.settings import Settings

config = typer.Typer(
    name="config",
    invoke_without_command=True,
    rich_markup_mode=None,
    help="Show the settings, or change one in your settings file.",
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `headroom config` lists it: compress.level.")]


@config.callback()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every setting: its value, where that comes from, and what it does.

    Passwords and keys in URLs are not shown. Exit code: 2 when a setting is wrong.
    """
    if context.invoked_subcommand is not None:
        return
    from headroom.settings import SETTINGS

    values = _load()
    if as_json:
        typer.echo(json.dumps([_as_data(row, values) for row in SETTINGS], indent=2))
    else:
        show_settings(SETTINGS, values, Page(console()))


@config.command()
def get(name: Name) -> None:
    """Print one value as it is, also where it holds a password: for scripts."""
    row = _row(name)
    value = _load()[row.name]
    if isinstance(value, tuple):
        value = "\n".join(value)
    typer.echo(str(value).lower() if isinstance(value, bool) else value)


@config.command(name="set")
def set_(
    name: Name,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help='A list is "a,b", a table "name=value,name=value".')
    ],
) -> None:
    """Set one in your settings file; the rest of it stays as it is. Exit code: 2 when it cannot be."""
    from headroom.setting import SettingError, parse
    from headroom_cli.config_values import as_toml

    row = _row(name)
    try:
        value.encode()
    except UnicodeEncodeError:
        fail(f"config set: {row.name} cannot be set to bytes that are not UTF-8: {value!r}")
    try:
        parsed = parse(row, value, "config set")
    except SettingError as error:
        fail(str(error))
    _write(row, as_toml(row, parsed))


@config.command()
def unset(name: Name) -> None:
    """Take one out of your settings file, so that its default holds. Exit code: 2 when it cannot be."""
    _write(_row(name), None)


@config.command()
def path() -> None:
    """Print where your settings file is; it need not be there."""
    from headroom import settings

    typer.echo(settings.config_file())


def _load() -> "Settings":
    from headroom import settings

    try:
        return settings.load(folder=settings.working_folder())
    except settings.SettingError as error:
        fail(str(error))


def _row(name: str) -> "Setting":
    """Return a setting's row; ends with exit code 2 where there is none of this name."""
    from difflib import get_close_matches

    from headroom.settings import ROWS

    if name not in ROWS:
        near = get_close_matches(name, ROWS, 3, 0.5) or [other for other in ROWS if name and name in other]
        fail(
            f"there is no setting {name!r}" + (f"; {', '.join(near)}?" if near else ": headroom config lists all")
        )
    return ROWS[name]


def _as_data(row: "Setting", values: "Settings") -> dict[str, object]:
    from headroom_cli.config_values import as_toml, hidden

    return {
        "name": row.name,
        "value": hidden(as_toml(row, values[row.name])),
        "origin": values.origins[row.name],
        "default": as_toml(row, row.default),
        "variable": row.env,
        "choices": list(row.choices),
        "help": row.help,
    }


def show_settings(rows: "tuple[Setting, ...]", values: "Settings", page: Page) -> None:
    """Print the settings by group, those that are not the default in colour."""
    import textwrap

    from headroom_cli.config_values import shown

    margin = max(len(row.name) for row in rows) + 3
    width = max(page.to.width - margin, 20)
    group = ""
    for row in rows:
        if group and group != row.name.partition(".")[0]:
            page.line()
        group = row.name.partition(".")[0]
        origin = values.origins[row.name]
        style = DIM if origin == "default" else GOOD
        told = shown(values[row.name]) + ("" if origin == "default" else f"  ({origin})")
        first, *more = textwrap.wrap(told, width, break_on_hyphens=False) or [""]
        page.line((f" {row.name:<{margin - 1}}", HEAD), (first, style))
        for line in more:
            page.line((" " * margin + line, style))
        for line in textwrap.wrap(row.help, width):
            page.line((" " * margin + line, DIM))


def _write(row: "Setting", value: object | None) -> None:
    """Change the settings file, whole or not at all, and say what holds now."""
    from headroom import settings
    from headroom_cli.config_edit import CannotEdit, changed, literal

    file = settings.config_file()
    section, _, key = row.name.rpartition(".")
    by_hand = (
        f"write it yourself: [{section}] {key} = {literal(value)}" if value is not None else "remove it yourself"
    )
    try:
        target = Path(os.path.realpath(file))  # a link into a folder of dotfiles stays one
        text = target.read_bytes().decode("utf-8") if target.exists() else ""
        new = changed(text, row.name, value)
        if new != text:
            _put(target, new)
    except CannotEdit as error:
        fail(f"{file} stays as it is: {error}; {by_hand}")
    except UnicodeDecodeError:
        fail(f"{file} stays as it is: it is not UTF-8")
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror or error}")
    _tell(row, file, value)


def _put(file: Path, text: str) -> None:
    from headroom_service.footprint import write

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(file, text.encode())


def _tell(row: "Setting", file: Path, value: object | None) -> None:
    from headroom import settings
    from headroom_cli.config_values import shown

    try:
        values = settings.load(folder=settings.working_folder())
    except settings.SettingError as error:
        typer.echo(f"{file} is changed; another setting is wrong: {without_secrets(str(error))}")
        return
    origin = values.origins[row.name]
    typer.echo(f"{row.name} is {shown(values[row.name])} ({origin})")
    if origin != "default" and origin != str(file):
        what = "what is there" if value is None else "what you set"
        source = row.env if origin == "environment" else origin
        typer.echo(f"  {source} wins over {what} in {file}")
    typer.echo("  it holds for sessions that begin now; for the service: headroom service restart")
