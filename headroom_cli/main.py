"""The `headroom` command. What a command needs is imported when it runs, so that --help stays fast."""

import io
import os
import sys
from typing import Annotated

import typer

from headroom_cli import command_help
from headroom_cli.agents import agents
from headroom_cli.compress import compress
from headroom_cli.config import config
from headroom_cli.dashboard import dashboard
from headroom_cli.doctor import doctor
from headroom_cli.explain import explain
from headroom_cli.install import install, uninstall
from headroom_cli.learn import learn
from headroom_cli.memory import memory
from headroom_cli.perf import perf
from headroom_cli.proxy import proxy
from headroom_cli.retrieve import retrieve
from headroom_cli.service import service
from headroom_cli.sessions import sessions
from headroom_cli.shell import shell_init
from headroom_cli.store import store
from headroom_cli.toin import toin
from headroom_cli.unwrap import unwrap
from headroom_cli.wrap import wrap

app = typer.Typer(
    name="headroom",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Makes what a coding agent reads smaller, keeps every original, and proves what it saved.",
)

app.command(context_settings={"allow_interspersed_args": False, "ignore_unknown_options": False})(wrap)
app.command()(unwrap)
app.command()(agents)
app.command()(perf)
app.command()(dashboard)
app.command()(learn)
app.add_typer(memory)
app.add_typer(sessions)
app.add_typer(store)
app.add_typer(toin)
app.command()(compress)
app.command()(explain)
app.command()(retrieve)
app.command()(proxy)
app.command()(doctor)
app.add_typer(config)
app.command()(install)
app.command()(uninstall)
app.add_typer(service)
app.command(name="shell-init")(shell_init)
command_help.give(app)

_OF_FILES = (["compress"], ["explain"], ["doctor"])
"""For these `~` and `*` stand for files on Windows, whose shells leave that to the program.

Elsewhere they are part of an agent's arguments, of a fact or a setting."""


def _print_version(is_asked: bool) -> None:
    if is_asked:
        import headroom

        typer.echo(f"headroom {headroom.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options that stand before a command."""


def write_any_text() -> None:
    """Let no name or fact be one that cannot be printed: what an encoding lacks is written as JSON escapes it.

    Files and pipes of Windows get UTF-8, where they would have the code page of 1980.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if sys.platform == "win32" and not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
            stream.reconfigure(encoding="utf-8")
        if stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command line."""
    write_any_text()
    app(windows_expand_args=sys.argv[1:2] in _OF_FILES)
