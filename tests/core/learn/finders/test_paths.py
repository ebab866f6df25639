"""How likely one path was meant by another."""

import pytest

from headroom.learn.finders.paths import likeness, stands_in


@pytest.mark.parametrize(
    ("wrong", "right", "least", "most"),
    [
        ("server/routes.ts", "packages/api/server/routes.ts", 0.7, 1),
        ("src/models.py", "app/models.py", 0.6, 1),
        ("config/app.yml", "config/app.yaml", 0.6, 1),
        ("Docs/readme.md", "docs/README.md", 0.6, 1),
        ("src/component/index.ts", "src/components/index.ts", 0.6, 1),
        ("frontent", "frontend", 0.5, 0.6),
        ("frontend/README.md", "README.md", 0, 0),
        ("a/index.ts", "b/index.ts", 0, 0),
        ("src/auth.py", "src/views.py", 0, 0),
        ("a.py", "a.py", 0, 0),
        ("", "a", 0, 0),
        ("x" * 400, "y" * 400, 0, 0),
    ],
)
def test_likeness(wrong: str, right: str, least: float, most: float) -> None:
    assert least <= likeness(wrong, right) <= most


@pytest.mark.parametrize(
    ("word", "line", "stands"),
    [
        ("a.py", "cat: a.py: No such file", True),
        ("a.py", "cat: 'src/a.py': No such file", True),
        ("a.py", "cat: aa.py: No such file", False),
        ("a.p", "cat: a.py: No such file", False),
        ("src", "ls: src/a: No such file", False),
        ("b", "", False),
    ],
)
def test_a_line_names_a_path(word: str, line: str, stands: bool) -> None:
    assert stands_in(word, line) is stands
