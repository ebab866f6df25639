"""A shell line, read for its commands as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.learn.finders.commands import base, invocations, stem


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("python x.py", [["python", "x.py"]]),
        ("cd api && npm test", [["cd", "api"], ["npm", "test"]]),
        ("A=1 B='2 3' pytest -q", [["pytest", "-q"]]),
        ("uv run pytest -k 'a or b'", [["uv", "run", "pytest", "-k", "a or b"]]),
        ("make 2>&1 | tail -5 > out.txt", [["make"], ["tail", "-5"]]),
        ("bash -lc 'python x.py; ls'", [["python", "x.py"], ["ls"]]),
        ("cat <<'EOF' > a.py\nimport os\nrm x\nEOF\npython a.py", [["cat"], ["python", "a.py"]]),
        ('echo "a; b" && ls', [["echo", "a; b"], ["ls"]]),
        ("for f in *; do wc -l $f; done", [["for", "f", "in", "*"], ["wc", "-l", "$f"]]),
        ("if test -f x; then make; fi", [["test", "-f", "x"], ["make"]]),
        ("sudo apt-get install -y rg", [["sudo", "apt-get", "install", "-y", "rg"]]),
        (r"type src\cfg.json", [["type", r"src\cfg.json"]]),
        ("", []),
        ("'an open quote", [["an", "open", "quote"]]),
    ],
)
def test_the_commands_of_a_line(line: str, words: list[list[str]]) -> None:
    assert [list(command.words) for command in invocations(line)] == words


def test_where_and_how_a_command_runs() -> None:
    cd, tests, tee, other = invocations("cd api/v2 && CI=1 pytest | tee log || make test")
    assert (cd.folder, tests.folder, tests.assignments) == ("", "api/v2", ("CI=1",))
    assert (tests.is_probe, tests.filters, tee.filters, other.is_probe) == (True, ("tee",), (), False)


@pytest.mark.parametrize(
    ("word", "name", "family"),
    [
        ("/usr/bin/python3.11", "python3.11", "python"),
        (r"C:\Python\python.exe", "python", "python"),
        ("pip3", "pip3", "pip"),
        ("./gradlew", "gradlew", "gradlew"),
        ("7", "7", "7"),
    ],
)
def test_names_of_programs(word: str, name: str, family: str) -> None:
    assert (base(word), stem(word)) == (name, family)


@given(st.text(st.sampled_from("ab '\"\\|&;<>()$\n-=/."), max_size=80) | st.text(max_size=200))
def test_any_line_is_read(line: str) -> None:
    assert all(command.words for command in invocations(line))
