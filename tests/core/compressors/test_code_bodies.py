import pytest

from headroom.compressors import code_bodies
from tests.core.compressors.code_samples import SAMPLES, parses, parts, sample


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("a.py", "def f():\n    a\n    b\n", "def f(): ...  # 2 lines (2-3)\n"),
        ("a.py", "def f():  # c\n    a\n    b\n", "def f():  # c\n    ...  # 2 lines (2-3)\n"),
        ("a.py", 'def f():\n    """D."""\n    a\n    b\n', 'def f():\n    """D."""  # ... 2 lines (3-4)\n'),
        (
            "a.py",
            'def f():\n    """\n    D "x"\n    E\n    """\n',
            'def f():\n    """\n    D "x" """  # ... 2 lines (4-5)\n',
        ),
        ("a.js", "f = () => {\n  a;\n};\n", "f = () => { /* ... 2 lines (2-3) */ };\n"),
        ("a.js", "f = () => (\n  a\n);\n", "f = () => { /* ... 2 lines (2-3) */ };\n"),
        ("a.c", "int f()\n{\n  a;\n}\n", "int f()\n{ /* ... 2 lines (3-4) */ }\n"),
        ("a.h", "#define F(a) \\\n  a; \\\n  b\n", "#define F(a) \\\n  /* ... 2 lines (2-3) */\n"),
        ("a.rb", "def f(a)\n  a\n  b\nend\n", "def f(a); end # ... 3 lines (2-4)\n"),
        ("a.rb", "def f # c\n  a\n  b\nend\n", "def f # c\n  # ... 2 lines (2-3)\nend\n"),
        ("a.sh", "f() {\n  a\n}\n", "f() { :; } # ... 2 lines (2-3)\n"),
        (
            "a.rs",
            "macro_rules! m {\n  () => {\n    a\n  };\n}\n",
            "macro_rules! m {\n  () => { /* ... 2 lines (3-4) */ };\n}\n",
        ),
    ],
)
def test_what_stands_in_for_a_body(file: str, text: str, expected: str) -> None:
    source, _, outline = parts(text, file)
    elisions = [function.elision for function in outline.functions if function.elision]
    assert code_bodies.applied(source.data, elisions).decode() == expected
    assert parses(expected, file)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_part_can_be_left_out_alone(name: str) -> None:
    source, _, outline = parts(sample(name), SAMPLES[name])
    elisions = [function.elision for function in outline.functions if function.elision]
    for elision in [*elisions, *outline.comments, *outline.literals]:
        assert parses(code_bodies.applied(source.data, [elision]).decode(), SAMPLES[name]), elision


def test_a_literal_is_cut_between_its_entries() -> None:
    text = "x = {\n    'a': [\n        1,\n        2,\n    ],\n    'b': 2,\n    'c': 3,\n}\n"
    source, _, outline = parts(text, "a.py")
    cut = code_bodies.applied(source.data, list(outline.literals)).decode()
    assert cut == "x = {\n    # ... 6 lines (2-7)\n}\n"
    source, _, outline = parts(text.replace("= {", "= {\n    'c': 0,\n    'd': 1,"), "a.py")
    cut = code_bodies.applied(source.data, list(outline.literals)).decode()
    assert cut == "x = {\n    'c': 0,\n    'd': 1,\n    # ... 6 lines (4-9)\n}\n"


def test_index() -> None:
    code = code_bodies.index(b"a \r\n\tb\n")
    assert code.end_of(0) == 1
    assert code.indent_of(1) == "\t"
