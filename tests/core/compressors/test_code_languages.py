import importlib

import pytest

from headroom.compressors import code_languages
from headroom.compressors.code_languages import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_pattern_fits_its_grammar(language: Language) -> None:
    from tree_sitter import Language as Grammar
    from tree_sitter import Query

    grammar = Grammar(getattr(importlib.import_module(language.module), language.entry)())
    for pattern in language.patterns.strip().split("\n"):
        Query(grammar, pattern)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/a/b.py", ["python"]),
        ("b.TSX", ["tsx"]),
        ("C:\\src\\a.js", ["javascript", "tsx"]),
        ("include/a.h", ["c", "c++"]),
        ("/a/Rakefile", ["ruby"]),
        ("/a.py/README", []),
        ("/a/data.json", []),
        ("", []),
    ],
)
def test_by_path(path: str, names: list[str]) -> None:
    assert [row.name for row in code_languages.by_path(path)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#!/bin/sh\n", ["bash"]),
        ("#!/usr/bin/env python3\nimport os", ["python"]),
        ("#!/usr/bin/env -S python3.12 -u\n", ["python"]),
        ("#! /usr/local/bin/node", ["javascript"]),
        ("#!/usr/bin/awk -f", []),
        ("# a comment", []),
        ("", []),
        ("#!" + "/" * 500_000, []),
    ],
)
def test_by_shebang(text: str, names: list[str]) -> None:
    assert [row.name for row in code_languages.by_shebang(text)] == names


def test_suffix() -> None:
    assert code_languages.suffix("/a.b/c") == ""
    assert code_languages.suffix("a.tar.GZ") == ".gz"
