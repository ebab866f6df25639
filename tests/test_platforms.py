"""What runs on one platform alone is written in one place, and text has one encoding on all.

What typeshed marks as missing on a platform is found by `make types`, which asks for each. This finds the rest.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("core/headroom", "headroom_cli", "launchd", "shell", "wrappers")
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
BY_PLATFORM = "core/headroom/system/"

KEYWORDS = {"start_new_session", "pass_fds", "preexec_fn", "process_group", "umask", "creationflags"}
"""Of Popen: each is of one platform."""
CALLS = {
    "add_signal_handler": "processes.on_stop",
    "add_reader": "a thread",
    "create_unix_server": "sockets.listening",
    "fchmod": "files.keep_private",
    "flock": "locks.take",
    "killpg": "psutil",
    "pread": "files.last_byte",
}
"""What is not there on Windows, or not for what we would use it, and what there is for it."""
FLAGS = {"O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_DIRECTORY", "O_BINARY"}
ALLOWED = {
    # the service's package knows nothing of headroom, and no platform but two; state.py says so on others
    "launchd/headroom_service/state.py": {"fcntl", "flock", "fchmod", "pread", "O_NOFOLLOW", "O_CLOEXEC"},
    "launchd/headroom_service/exclusive.py": {"fcntl", "flock", "O_DIRECTORY", "O_CLOEXEC"},
    "launchd/headroom_service/keeper.py": {"pass_fds", "start_new_session"},
    "headroom_cli/service_run.py": {"add_signal_handler"},
    "launchd/headroom_service/footprint.py": {"O_NOFOLLOW"},
}
MODULES = {"fcntl", "grp", "msvcrt", "pty", "pwd", "resource", "select", "termios", "tty", "winreg"}
COMMANDS = {"Popen", "run", "check_output", "call", "check_call"}


def of_one_platform(tree: ast.AST) -> set[str]:
    """Return the names in a module that are of one platform."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in CALLS:
                found.add(name)
            case ast.keyword(arg=str(name)) if name in KEYWORDS:
                found.add(name)
            case ast.alias(name=name) if name in MODULES:
                found.add(name)
            case ast.Attribute(attr=name) if name in FLAGS:
                found.add(name)
            case ast.Constant(value=str(name)) if name in FLAGS:
                found.add(name)
    return found


def without_encoding(tree: ast.AST) -> list[int]:
    """Return the lines where text is read or written by whatever encoding the system has."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and not {"encoding", None} & {word.arg for word in node.keywords}
        if _is_text(node)
    ]


def _is_text(call: ast.Call) -> bool:
    words = {word.arg: word.value for word in call.keywords}
    modes = [str(word.value) for word in (*call.args, *words.values()) if isinstance(word, ast.Constant)]
    match call.func:
        case ast.Name(id="open"):
            return not any("b" in mode for mode in modes)
        case ast.Attribute(attr="open"):  # of a Path: others than those get more than a mode
            is_path = not call.args or any(set(mode) <= set("rwxabt+") for mode in modes)
            return is_path and not any("b" in mode for mode in modes)
        case ast.Attribute(attr=name) if name in COMMANDS:
            return bool({"text", "universal_newlines"} & set(words))
        case ast.Attribute(attr="read_text"):
            return not call.args  # the encoding comes first
        case ast.Attribute(attr="write_text"):
            return len(call.args) < 2
    return False


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_platform_is_asked_for_in_one_place(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    if not name.startswith(BY_PLATFORM):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert of_one_platform(tree) <= ALLOWED.get(name, set())


def test_text_is_read_and_written_as_utf_8() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCES
        for line in without_encoding(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not wrong


def test_the_search_finds_what_it_is_for() -> None:
    tree = ast.parse(
        "subprocess.Popen(a, start_new_session=True)\nos.open(p, os.O_NOFOLLOW)\nloop.add_signal_handler(2, f)\n"
        "path.read_text()\nopen(p)\npath.open('rb')\nsubprocess.run(a, text=True)\nopen(p, encoding='utf-8')\n"
    )
    assert of_one_platform(tree) == {"start_new_session", "O_NOFOLLOW", "add_signal_handler"}
    assert without_encoding(tree) == [4, 5, 7]
