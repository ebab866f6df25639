"""House rules that a linter does not know: the tail of sizes, tests by name, and where failure is caught."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "core/headroom": "core",
    "wrappers/headroom_wrappers": "wrappers",
    "headroom_cli": "headroom_cli",
    "shell/headroom_shell": "shell",
    "launchd/headroom_service": "launchd",
}
SOURCES = [path for folder in PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))]

COVERED_BY = {
    # what only shows at the whole: the proxy at its socket, a session, a law
    "core/headroom/pipeline.py": "tests/laws/test_prefix_purity.py",
    "core/headroom/proxy/__main__.py": "tests/wrappers/test_launch.py",
    "core/headroom/memory/record.py": "tests/core/memory/test_database.py",
    "core/headroom/memory/rows.py": "tests/core/memory/test_memory.py",
    "core/headroom/proxy/app.py": "tests/wire/test_proxy.py",
    "core/headroom/report/summary.py": "tests/core/report/test_sums.py",
    "core/headroom/settings_table.py": "tests/core/test_settings.py",
    "core/headroom/proxy/engines.py": "tests/wire/test_modes.py",
    "core/headroom/proxy/forward.py": "tests/wire/test_proxy.py",
    "core/headroom/proxy/rounds.py": "tests/wire/test_rounds.py",
    "core/headroom/proxy/lookups.py": "tests/wire/test_rounds.py",
    "core/headroom/proxy/socket_rounds.py": "tests/wire/test_sockets.py",
    "core/headroom/proxy/simulation.py": "tests/wire/test_modes.py",
    "core/headroom/proxy/sockets.py": "tests/wire/test_sockets.py",
    "core/headroom/proxy/turns.py": "tests/wire/test_modes.py",
    "core/headroom/intercept/__main__.py": "tests/wire/test_intercept.py",
    "core/headroom/intercept/process.py": "tests/wire/test_intercept.py",
    "core/headroom/intercept/relay.py": "tests/wire/test_intercept.py",
    "core/headroom/store/nowhere.py": "tests/wire/test_modes.py",
    "core/headroom/proxy/offload.py": "tests/laws/test_fail_open.py",
    "core/headroom/proxy/server.py": "tests/wire/test_proxy.py",
}
WITHOUT_A_TEST_OF_THEIR_OWN = {
    # shapes without behaviour, entry points of one line, and protocols
    "core/headroom/types.py",
    "core/headroom/answering/base.py",
    "core/headroom/dialects/base.py",
    "core/headroom/learn/types.py",
    "core/headroom/proxy/exchange.py",
    "core/headroom/report/shapes.py",
    "headroom_cli/__main__.py",
    "wrappers/headroom_wrappers/spec.py",
}
BROAD = {
    # the only places where any exception at all is caught, each with its reason beside it
    "core/headroom/conversation.py": 1,
    "core/headroom/memory/embedding.py": 1,
    "core/headroom/pipeline.py": 2,
    "core/headroom/proxy/offload.py": 2,
    "core/headroom/proxy/streams.py": 2,
    "core/headroom/proxy/workers.py": 1,
    "core/headroom/stages.py": 1,
}


def test_files_and_functions_stay_small() -> None:
    wrong = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 400:
            wrong.append(f"{path.relative_to(ROOT)}: {len(text.splitlines())} lines; look for the second idea")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
                size = node.end_lineno - node.lineno + 1
                if size > 60:
                    wrong.append(f"{path.relative_to(ROOT)}: {node.name} has {size} lines; it does two things")
    assert not wrong


def test_patterns_mean_the_same_on_every_python() -> None:
    """Possessive groups match wrongly before Python 3.11.5 (https://github.com/python/cpython/issues/106052)."""
    group = re.compile(r"\)(?:[*+?]|\{\{?[0-9,]+\}?\})\+")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: write (?>...) for a possessive group"
        for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if group.search(line) and path != Path(__file__)
    ]
    assert not wrong


def test_every_source_file_has_its_test_file() -> None:
    missing = []
    for folder, mirror in PACKAGES.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            inner = path.relative_to(ROOT / folder)
            name = str(path.relative_to(ROOT))
            if path.name == "__init__.py" or name in WITHOUT_A_TEST_OF_THEIR_OWN:
                continue
            mirrored = f"tests/{mirror}/{inner.parent / f'test_{inner.stem}.py'}"
            test = ROOT / COVERED_BY.get(name, mirrored)
            if not test.is_file():
                missing.append(f"{name} wants {test.relative_to(ROOT)}")
    assert not missing


def test_failure_is_caught_in_the_named_places() -> None:
    found = {
        str(path.relative_to(ROOT)): count
        for path in SOURCES
        if (count := path.read_text(encoding="utf-8").count("# noqa: BLE001"))
    }
    assert found == BROAD


def test_nothing_is_left_for_later() -> None:
    word = re.compile("TO" + "DO|FIX" + "ME|XX" + "X")
    assert not [str(path) for path in SOURCES if word.search(path.read_text(encoding="utf-8"))]
