"""The packages form layers; an import may only point to a lower one."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED: dict[str, set[str]] = {
    "core/headroom": set(),
    "shell/headroom_shell": set(),
    "launchd/headroom_service": set(),
    "wrappers/headroom_wrappers": {"headroom"},
    "headroom_cli": {"headroom", "headroom_wrappers", "headroom_shell", "headroom_service"},
}
INSIDE = {
    # module (or package) of headroom -> what of headroom it may import
    "types": set(),
    "policy": set(),
    "kernels": set(),
    "spans": {"kernels"},
    "markers": set(),
    "tokens": set(),
    "setting": set(),
    "settings_table": {"policy", "setting"},
    "settings": {"policy", "setting", "settings_table"},
    "dialects": {"spans", "types"},
    "compressors": {"types", "markers", "tokens", "words"},
    "store": {"system", "types"},
    "system": set(),
    "notes": {"types"},
    "digests": set(),
    "toin": {"compressors", "digests", "markers", "notes", "store", "types", "words"},
    "frames": set(),
    "elements": {"spans"},
    "windows": set(),
    "volatile": set(),
    "holdout": set(),
    "bedrock": {"frames", "spans"},
    "answering": {"dialects", "frames", "retrieval", "spans"},
    "minimum": {"types", "windows"},
    "beginnings": {"dialects", "minimum", "spans"},
    "policies": {"dialects", "markers", "notes", "policy", "toin"},
    "continuations": {"dialects", "types"},
    "budget_rounds": {"dialects"},
    "budget_tokens": {"spans", "windows"},
    "budget_choice": {"budget_rounds", "compressors", "dialects", "spans"},
    "budget_cut": {"budget_rounds", "dialects", "elements", "markers", "spans"},
    "budget": {
        *("budget_choice", "budget_cut", "budget_rounds", "budget_tokens", "dialects"),
        *("spans", "windows"),
    },
    "aligner": {"dialects", "notes", "spans", "volatile"},
    "stages": {"aligner", "answering", "budget", "dialects", "notes", "spans"},
    "cold": {"decision", "markers", "policy", "types"},
    "guard": {"dialects", "ledger", "plans", "types"},
    "checkup": {"dialects", "pricing", "session_index", "session_log", "spans", "volatile"},
    "prefixes": {"dialects", "kernels", "types"},
    "forms": {"compressors", "markers", "policy", "spans", "toin", "types"},
    "decision": {"compressors", "forms", "markers", "spans", "policy", "toin", "types"},
    "epochs": {"history", "minimum", "types"},
    "compaction": {
        *("cold", "decision", "epochs", "markers", "notes", "plans", "policies", "policy", "prefixes", "spans"),
        "types",
    },
    "history": {"cold", "compressors", "decision", "markers", "types"},
    "plans": {"dialects", "digests", "epochs", "history", "minimum", "prefixes", "spans", "types"},
    "pipeline": {
        *("answering", "beginnings", "compaction", "compressors", "decision", "dialects", "epochs", "history"),
        *("minimum", "notes", "plans", "policies", "policy", "prefixes", "spans", "toin", "types"),
    },
    "messages": {"types"},
    "request_json": {"messages", "spans"},
    "conversation": {
        *("compressors", "decision", "forms", "history", "pipeline", "policy"),
        *("settings", "store", "tokens", "types"),
    },
    "explanation": {
        *("compressors", "conversation", "forms", "library", "messages", "policy"),
        *("request_json", "types"),
    },
    "library": {"conversation", "messages", "policy", "request_json", "tokens", "types"},
    "pricing": {"types"},
    "bounds": {"types"},
    "ledger": {"bounds", "pricing", "types"},
    "session_log": {"ledger", "policy", "system", "types"},
    "session_index": {"minimum", "pricing", "session_log", "system"},
    "report": {"holdout", "ledger", "markers", "pricing", "session_index", "session_log", "types"},
    "retention": {"session_index", "session_log", "store"},
    "agent_files": {"store", "system"},
    "masking": set(),
    "learn": {"agent_files", "masking", "session_log", "system", "tokens", "types"},
    "memory": {"agent_files", "masking", "store"},
    "retrieval": {"words"},
    "words": set(),
    "intercept": {"dialects", "system"},
    "dashboard": {"ledger", "pricing", "report", "session_log", "types"},
    "proxy": {
        *("answering", "bedrock", "bounds", "budget", "continuations", "dashboard", "dialects", "epochs"),
        *("frames", "guard", "holdout", "ledger", "markers", "memory", "notes", "pipeline", "plans", "policy"),
        *("pricing", "retention", "session_log", "settings", "spans", "stages", "store", "system", "toin"),
        *("tokens", "types", "volatile"),
    },
}


def imports(folder: Path) -> dict[Path, set[str]]:
    """Full names that each file imports, wherever in the file."""
    found = {}
    for path in folder.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        found[path] = names
    return found


@pytest.mark.parametrize(("folder", "allowed"), ALLOWED.items())
def test_imports_point_downwards(folder: str, allowed: set[str]) -> None:
    tops = {name.split(".")[0] for names in imports(ROOT / folder).values() for name in names}
    ours = {name for name in tops if name.startswith("headroom")}
    assert ours <= allowed | {Path(folder).name, "headroom_native"}


def test_inside_the_engine_too() -> None:
    core = ROOT / "core" / "headroom"
    wrong = []
    for path, names in imports(core).items():
        part = path.relative_to(core).parts[0].removesuffix(".py")
        if part == "__init__":
            continue
        used = {name.split(".")[1] for name in names if name.startswith("headroom.")}
        used = {name for name in used if (core / name).is_dir() or (core / f"{name}.py").is_file()}
        extra = used - INSIDE[part] - {part}
        if extra:
            wrong.append(f"{path.relative_to(ROOT)} imports {sorted(extra)}")
    assert not wrong


HEAVY = {"onnxruntime", "mitmproxy", "numpy", "tree_sitter", "rich", "rank_bm25", "tiktoken", "aiohttp"}


def test_the_command_line_starts_without_heavy_modules() -> None:
    """What --help needs is imported at the top of the command modules; the rest when a command runs."""
    tops = {
        alias
        for path in (ROOT / "headroom_cli").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert not {name for name in tops if name.split(".")[0] in HEAVY | {"headroom", "headroom_wrappers"}}
