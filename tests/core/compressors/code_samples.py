"""What the tests of the code compressor share: the fixtures by language, and a context in code mode."""

import json
import re
from pathlib import Path

from headroom.compressors import code, code_bodies, code_files, code_outline, code_parse
from headroom.compressors.code_bodies import Code
from headroom.compressors.code_languages import Language
from headroom.compressors.code_outline import Outline
from headroom.types import Compressed, Context

FIXTURES = Path(__file__).parents[2] / "fixtures" / "code"
SAMPLES = {
    "python": "inventory.py",
    "javascript": "cart.js",
    "typescript": "queue.ts",
    "tsx": "Board.tsx",
    "go": "ring.go",
    "rust": "cache.rs",
    "java": "Ledger.java",
    "c": "pool.h",
    "cpp": "grid.cpp",
    "csharp": "Mailer.cs",
    "ruby": "catalog.rb",
    "php": "router.php",
    "bash": "deploy.sh",
}
"""A fixture for each language, and the name of its file."""
ORIGINAL = "/srv/state/originals/0123456789ab.txt"


def sample(name: str) -> str:
    return (FIXTURES / f"{name}.in").read_bytes().decode()


def asked(file: str, query: str = "", budget: int | None = 1) -> Context:
    tool_input = json.dumps({"file_path": f"/srv/shop/{file}"})
    return Context(query, "Read", tool_input, budget, ORIGINAL, code_mode=True)


def compressed(name: str, query: str = "", budget: int = 1) -> Compressed:
    return code.compress(sample(name), asked(SAMPLES[name], query, budget))


def parts(text: str, file: str) -> tuple[Code, Language, Outline]:
    """Return a source, its language and what it consists of."""
    for language in code_files.languages(asked(file).tool_input, text):
        tree = code_parse.tree(language, text.encode())
        if tree:
            source = code_bodies.index(text.encode())
            return source, language, code_outline.outline(source, language, tree.root_node)
    raise AssertionError(f"{file} does not parse")


def parses(text: str, file: str) -> bool:
    languages = code_files.languages(asked(file).tool_input, text)
    return any(code_parse.tree(language, text.encode()) for language in languages)


def declared(text: str) -> set[int]:
    """Return the numbers of all lines that the elisions of a skeleton name."""
    ranges = re.findall(
        r"\.\.\. {1,3}(?:# )?(\d+) lines \((\d+)-(\d+)\)|\.\.\.  # (\d+) lines \((\d+)-(\d+)\)", text
    )
    found: set[int] = set()
    for match in ranges:
        count, first, last = (int(number) for number in match if number)
        assert count == last - first + 1
        found.update(range(first, last + 1))
    return found
