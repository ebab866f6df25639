"""How `--help` reads: one line for each command, and arguments as they are typed."""

from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand

SHORT: Mapping[str, str] = {
    "wrap": "Run an agent through headroom, and say what it saved.",
    "unwrap": "Put back what killed runs left in files of yours.",
    "agents": "List the agents that can be wrapped, and how.",
    "perf": "Show what was saved, and whether the cache is well.",
    "dashboard": "Show savings and conversations live, in a browser.",
    "learn": "Turn what went wrong in past sessions into rules.",
    "compress": "Print a tool's output, or a conversation, shortened.",
    "explain": "Say what would be shortened, how and why; sends nothing.",
    "retrieve": "Print an original that was shortened.",
    "proxy": "Run the proxy alone, for any client.",
    "doctor": "Check the installation; find where the cache was lost.",
    "install": "Run the proxy as a service that starts at login.",
    "uninstall": "Remove the service.",
    "shell-init": "Print what a shell evaluates to use the service.",
    "memory": "Facts that later sessions are to know.",
    "memory add": "Keep a fact.",
    "memory list": "List the facts that hold here, the latest first.",
    "memory search": "List the facts with a word of the query, best first.",
    "memory show": "Show one fact, and what it said before.",
    "memory edit": "Change a fact; its history stays.",
    "memory accept": "Take facts that a model told for true.",
    "memory forget": "Remove facts for good, with their history.",
    "memory export": "Write all facts, history too, as JSON lines.",
    "memory import": "Take in facts that were exported.",
    "memory sync": "Write the facts into files that agents read.",
    "sessions": "The logs of sessions: list, show, delete.",
    "sessions list": "List sessions, the newest last.",
    "sessions show": "Show what one session did and saved.",
    "sessions delete": "Delete the logs of sessions.",
    "store": "The originals of what was shortened: status, prune, purge.",
    "store status": "Say how much is kept, how old, and of which projects.",
    "store prune": "Remove now what is too old or too much by the settings.",
    "store purge": "Remove originals: all there are, or a part.",
    "toin": "What lookups taught of each kind of output.",
    "toin status": "Show what is counted, and the advice that follows.",
    "toin export": "Write all counts as JSON lines.",
    "toin import": "Take in what another machine counted.",
    "toin reset": "Forget all counts.",
    "config": "Show the settings, or change one.",
    "config get": "Print one value as it is, passwords too: for scripts.",
    "config set": "Set one in your settings file.",
    "config unset": "Take one out of your settings file.",
    "config path": "Print where your settings file is.",
    "service": "The service that `headroom install` made.",
    "service status": "Say whether it is installed, and whether it answers.",
    "service start": "Start it; one that is out of date is replaced.",
    "service stop": "Stop it until the next login; agents go direct meanwhile.",
    "service restart": "Have a new process answer, with the settings of now.",
    "service logs": "Print what it printed: starts, ends and errors.",
}
"""What a list of commands says of each, in at most 60 characters: more would be cut on 80 columns."""


class Command(TyperCommand):
    """A command whose help names an argument by its metavar alone, where typer adds the type that Python has."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what there is to say of arguments and options. The types are click's, or typer's own."""
        rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            name, told = record
            if parameter.param_type_name == "argument":
                name = parameter.metavar or name
            rows[parameter.param_type_name].append((name, told))
        for title, shown in zip(("Arguments", "Options"), rows.values(), strict=True):
            if shown:
                with formatter.section(title):
                    formatter.write_dl(shown)


def give(app: typer.Typer, above: str = "") -> None:
    """Give the commands of an app, and of the groups in it, their line and their way to print help.

    Args:
        above: the words that stand before these commands' names, each with a space behind it.
    """
    for command in app.registered_commands:
        name = command.name or (command.callback.__name__ if command.callback else "")
        command.cls = Command
        command.short_help = SHORT.get(above + name)
    for group in app.registered_groups:
        inner = group.typer_instance
        if inner is not None:
            group.short_help = SHORT.get(above + str(inner.info.name), "")
            give(inner, f"{above}{inner.info.name} ")
