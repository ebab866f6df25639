"""Exploring a codebase: an agent reads whole modules, and asks about one function of each.

The sources are modules of Python's standard library, so that they are there wherever the benchmark runs.
"""

import ast
import importlib
import inspect
import json

from tests.bench.needles import Needle, Workload

QUESTIONS = {
    "argparse": (
        "ArgumentParser",
        "parse_known_args",
        "Where does ArgumentParser.parse_known_args() report errors?",
    ),
    "json.decoder": ("JSONDecoder", "raw_decode", "What does raw_decode return for an incomplete document?"),
    "http.client": ("HTTPConnection", "putrequest", "Which headers does putrequest add on its own?"),
    "asyncio.base_events": ("BaseEventLoop", "call_later", "How does call_later compute the time?"),
    "logging": ("Logger", "makeRecord", "Can makeRecord overwrite a key of the record?"),
    "zipfile": ("ZipFile", "getinfo", "What does ZipFile.getinfo raise for an unknown name?"),
    "configparser": ("RawConfigParser", "read_dict", "Does read_dict accept numbers as values?"),
    "subprocess": ("Popen", "communicate", "What happens to a timeout in Popen.communicate()?"),
}


def codebase_exploration() -> list[Workload]:
    """Return a read of every module, numbered as an agent's read tool prints it."""
    return [_read(name, *question) for name, question in QUESTIONS.items()]


def _read(name: str, owner: str, function: str, query: str) -> Workload:
    module = importlib.import_module(name)
    source = inspect.getsource(module)
    path = f"/usr/lib/python3/{name.replace('.', '/')}.py"
    lines = source.splitlines()
    text = "".join(f"{number}\t{line}\n" for number, line in enumerate(lines, 1))
    needles = [Needle("rare", f"{number}\t{lines[number - 1]}") for number in _declarations(source)]
    body = inspect.getsource(getattr(getattr(module, owner), function)).rstrip("\n")
    needles += [Needle("query", line) for line in body.split("\n") if line.strip()]
    tool_input = json.dumps({"file_path": path})
    return Workload(f"codebase exploration: {name}", text, "Read", tool_input, query, tuple(needles))


def _declarations(source: str) -> list[int]:
    """Return the lines of all classes and public functions that stand outside of functions."""
    found = []
    todo: list[ast.AST] = [ast.parse(source)]
    while todo:
        for node in ast.iter_child_nodes(todo.pop()):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if not node.name.startswith("_"):
                    found.append(node.lineno)
            elif isinstance(node, ast.stmt):
                todo.append(node)
                if isinstance(node, ast.ClassDef):
                    found.append(node.lineno)
    return sorted(found)
