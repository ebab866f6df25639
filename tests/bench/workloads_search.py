"""What agents search and list: hits of a code search, trees of files, histories, each with planted facts."""

import hashlib
import json
import random
from collections.abc import Callable
from typing import Final

from tests.bench.needles import Needle, Workload

_AREAS: Final = ("billing", "orders", "catalog", "stock", "shipping", "mail", "auth", "search", "reports", "admin")
_LAYERS: Final = ("api", "models", "services", "tasks", "views", "forms", "tests")
_THINGS: Final = (
    "invoice",
    "address",
    "payment",
    "parcel",
    "price",
    "coupon",
    "customer",
    "product",
    "label",
    "batch",
)
_VERBS: Final = ("load", "save", "merge", "check", "render", "export", "sync", "index", "parse", "queue")
_AUTHORS: Final = ("Ann Lee", "Bo Chen", "Carol Diaz", "Dmitri Volk", "Eve Park")


def workloads(seed: int = 0) -> list[Workload]:
    """Return one workload of each kind; different seeds give different texts and facts."""
    return [make(seed) for make in WORKLOADS.values()]


def code_search(seed: int) -> Workload:
    """A thousand hits in a hundred files, as grep -rn prints them."""
    chance = random.Random(f"code search {seed}")
    days, port = chance.randint(11, 89), chance.randint(7000, 7999)
    lines = []
    for path in _paths(chance, 100, "py"):
        number = 0
        for _ in range(chance.randint(6, 14)):
            number += chance.randint(1, 40)
            thing, verb = chance.choice(_THINGS), chance.choice(_VERBS)
            text = chance.choice(
                [
                    f"    {thing} = settings.{verb}_{thing}(session, {chance.randint(1, 99)})",
                    f"        return self.{verb}({thing}, settings=settings)",
                    f"    if not settings.{thing}_enabled:",
                    f"    {verb}_{thing}(request, settings.{thing}_limit)",
                ]
            )
            lines.append(f"{path}:{number}:{text}")
    answer = f"REFUND_WINDOW_DAYS = settings.get('refund.window', {days})"
    error = f"        raise RuntimeError('settings locked by worker {port}')"
    rare = f"SETTINGS_PORT={port}"
    _plant(chance, lines, f"src/{chance.choice(_AREAS)}/models/terms.py:{chance.randint(3, 90)}:{answer}")
    _plant(chance, lines, f"src/{chance.choice(_AREAS)}/tasks/lock.py:{chance.randint(3, 90)}:{error}")
    _plant(chance, lines, f"deploy/compose/settings.env:{chance.randint(3, 9)}:{rare}")
    needles = (Needle("query", answer), Needle("error", error.strip()), Needle("rare", rare))
    query = "How many days is the refund window, and where is it set?"
    return _workload("code_search", lines, "grep -rn settings .", query, needles)


def same_setting(seed: int) -> Workload:
    """One setting in hundreds of files, with another value in one of them."""
    chance = random.Random(f"same setting {seed}")
    odd, at = chance.randint(4000, 9999), chance.randrange(400)
    lines = [
        f"charts/{_AREAS[number % 10]}/env-{number:03}/values.yaml:{chance.randint(3, 60)}:  timeoutSeconds: "
        f"{odd if number == at else 30}"
        for number in range(400)
    ]
    needles = (Needle("outlier", f"timeoutSeconds: {odd}"), Needle("outlier", f"env-{at:03}"))
    return _workload("same_setting", lines, "rg -n timeoutSeconds charts", "Are all timeouts the same?", needles)


def find_files(seed: int) -> Workload:
    """Five thousand files, as find prints them."""
    chance = random.Random(f"find {seed}")
    key = chance.randint(100, 999)
    lines = _paths(chance, 5000, "ts", "./apps/")
    rare, asked = f"dump-{key}.sqlite3", f"refund_window_{key}.ts"
    denied = f"find: './apps/private-{key}': Permission denied"
    _plant(chance, lines, f"./apps/{chance.choice(_AREAS)}/models/{rare}")
    _plant(chance, lines, f"./apps/{chance.choice(_AREAS)}/services/{asked}")
    _plant(chance, lines, denied)
    needles = (Needle("rare", rare), Needle("query", asked), Needle("error", denied))
    return _workload("find_files", lines, "find ./apps -type f", "Where is the refund window handled?", needles)


def long_listing(seed: int) -> Workload:
    """Sixty folders with rows of ls -laR."""
    chance = random.Random(f"ls {seed}")
    big, key = chance.randint(800_000_000, 990_000_000), chance.randint(100, 999)
    lines = []
    planted = {chance.randrange(70): "link", chance.randrange(70, 140): "big", chance.randrange(140, 200): "asked"}
    for number in range(200):
        folder = f"./{_AREAS[number % 10]}/{_LAYERS[number % 7]}{number}"
        rows = [("drwxr-xr-x", 2, 4096, "."), ("drwxr-xr-x", 9, 4096, "..")]
        for _ in range(chance.randint(5, 14)):
            name = f"{chance.choice(_VERBS)}_{chance.choice(_THINGS)}_{chance.randint(1, 99)}.py"
            rows.append(("-rw-r--r--", 1, chance.randint(200, 30_000), name))
        match planted.get(number):
            case "link":
                rows.append(("lrwxrwxrwx", 1, 12, f"current -> release-{key}"))
            case "big":
                rows.append(("-rw-r--r--", 1, big, "cache.py"))
            case "asked":
                rows.append(("-rw-r--r--", 1, 2048, f"refund_window_{key}.py"))
        width = max(len(str(size)) for _, _, size, _ in rows)
        lines += [""] * (number > 0) + [f"{folder}:", f"total {4 * len(rows)}"]
        lines += [
            f"{mode} {links} app app {size:>{width}} Jan {chance.randint(10, 28)} 1{number % 10}:30 {name}"
            for mode, links, size, name in rows
        ]
    needles = (
        Needle("rare", f"current -> release-{key}"),
        Needle("outlier", f"{big}\tcache.py"),
        Needle("query", f"refund_window_{key}.py"),
    )
    return _workload("long_listing", lines, "ls -laR", "Which file has the refund window?", needles)


def tree(seed: int) -> Workload:
    """Twelve hundred files as tree draws them."""
    chance = random.Random(f"tree {seed}")
    key = chance.randint(100, 999)
    spots = {chance.randrange(30): f"schema-{key}.prisma", chance.randrange(30, 60): f"refund_window_{key}.go"}
    lines = ["."]
    at = 0
    for area in _AREAS:
        lines.append(f"{'└' if area == _AREAS[-1] else '├'}── {area}")
        stem = "    " if area == _AREAS[-1] else "│\xa0\xa0 "
        for layer in _LAYERS[:6]:
            lines.append(f"{stem}{'└' if layer == _LAYERS[5] else '├'}── {layer}")
            inner = stem + ("    " if layer == _LAYERS[5] else "│\xa0\xa0 ")
            names = {
                f"{chance.choice(_VERBS)}_{chance.choice(_THINGS)}_{chance.randint(1, 99)}.go" for _ in range(20)
            }
            names |= {spots[at]} if at in spots else set()
            at += 1
            ordered = sorted(names)
            lines += [f"{inner}{'└' if name == ordered[-1] else '├'}── {name}" for name in ordered]
    lines += ["", "70 directories, 1200 files"]
    needles = tuple(Needle("query" if "refund" in name else "rare", name) for name in spots.values())
    return _workload("tree", lines, "tree", "Where is the refund window?", needles)


def git_log(seed: int) -> Workload:
    """Three hundred commits."""
    chance = random.Random(f"git log {seed}")
    days = chance.randint(11, 89)
    asked, revert = f"Set the refund window to {days} days", f'Revert "Queue {chance.choice(_THINGS)} twice"'
    spots = {chance.randrange(10, 150): asked, chance.randrange(150, 290): revert}
    lines = []
    for number in range(300):
        author = chance.choice(_AUTHORS)
        digest = hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:40]
        subject = spots.get(
            number, f"{chance.choice(_VERBS).title()} {chance.choice(_THINGS)} in {chance.choice(_AREAS)}"
        )
        lines += [f"commit {digest}", f"Author: {author} <{author.lower().replace(' ', '.')}@example.com>"]
        lines += [
            f"Date:   Mon Jan {chance.randint(1, 28)} 1{chance.randint(0, 9)}:00:00 2026 +0100",
            "",
            f"    {subject}",
        ]
        if chance.random() < 0.4:
            lines += [
                "    ",
                f"    The {chance.choice(_THINGS)} was read {chance.randint(2, 9)} times for each request.",
            ]
        lines.append("")
    lines.pop()
    needles = (Needle("query", asked), Needle("rare", revert))
    return _workload("git_log", lines, "git log", "When was the refund window changed?", needles)


def git_status(seed: int) -> Workload:
    """Three hundred changed files and a conflict."""
    chance = random.Random(f"git status {seed}")
    conflict = f"src/{chance.choice(_AREAS)}/models/{chance.choice(_THINGS)}_{chance.randint(100, 999)}.py"
    asked = f"src/{chance.choice(_AREAS)}/services/refund_window.py"
    changed = sorted({*_paths(chance, 300, "py"), asked})
    lines = ["On branch main", "Unmerged paths:", '  (use "git add <file>..." to mark resolution)']
    lines += [f"\tboth modified:   {conflict}", "", "Changes not staged for commit:"]
    lines += ['  (use "git add <file>..." to update what will be committed)']
    lines += [f"\tmodified:   {path}" for path in changed]
    lines += ["", 'no changes added to commit (use "git add" and/or "git commit -a")']
    needles = (
        Needle("error", f"both modified\t{conflict.rpartition('/')[2]}"),
        Needle("query", asked.rpartition("/")[2]),
    )
    return _workload("git_status", lines, "git status", "Did I change the refund window?", needles)


WORKLOADS: Final[dict[str, Callable[[int], Workload]]] = {
    make.__name__: make
    for make in (code_search, same_setting, find_files, long_listing, tree, git_log, git_status)
}
"""Makers by name; each takes a seed."""


def _paths(chance: random.Random, count: int, extension: str, root: str = "") -> list[str]:
    """Return sorted paths, all different."""
    found: dict[str, None] = {}
    while len(found) < count:
        area, layer = chance.choice(_AREAS), chance.choice(_LAYERS)
        name = f"{chance.choice(_VERBS)}_{chance.choice(_THINGS)}_{chance.randint(1, 99)}"
        found[f"{root or 'src/'}{area}/{layer}/{name}.{extension}"] = None
    return sorted(found)


def _plant(chance: random.Random, lines: list[str], line: str) -> None:
    lines.insert(chance.randrange(len(lines)), line)


def _workload(name: str, lines: list[str], command: str, query: str, needles: tuple[Needle, ...]) -> Workload:
    return Workload(name, "\n".join(lines) + "\n", "Bash", json.dumps({"command": command}), query, needles)
