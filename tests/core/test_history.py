"""What stood before a block: repeats, and what was done to its file."""

import json
from typing import Any

import pytest

from headroom import history
from headroom.decision import REPEAT
from headroom.history import History
from headroom.types import Block, Decision

TEXT = "\n".join(f"line {n}" for n in range(100))
RAW = Decision(None)
TABLE = Decision("x", "json_rows")
LOSSY = Decision("x", "logs", lossless=False)
POINTER = Decision("x", REPEAT)


def block(text: str = TEXT, tool: str = "Read", **tool_input: object) -> Block:
    return Block(0, 0, text, "tool_result", "user", tool, json.dumps(tool_input), "", 0)


@pytest.mark.parametrize(
    ("decision", "output", "file"),
    [(RAW, True, True), (TABLE, True, False), (LOSSY, False, False), (POINTER, False, False)],
)
def test_only_what_stands_in_full_is_pointed_at(decision: Decision, output: bool, file: bool) -> None:
    past = History()
    past.add(history.trace(block()), "first", decision, lambda: TEXT)
    assert (past.find(history.trace(block(tool="Bash", command="show x"))) is not None) is output
    assert (past.find(history.trace(block(tool="Bash", command="cat x"))) is not None) is file


def test_what_is_pointed_at_is_named_by_its_call() -> None:
    past = History()
    past.add(history.trace(block(file_path="a")), "first", RAW, lambda: TEXT)
    found = past.find(history.trace(block(file_path="b")))
    assert found
    assert (found.key, found.label, found.text()) == ("first", 'Read {"file_path": "a"}', TEXT)


@pytest.mark.parametrize("between", [TEXT + "2", "short"])
def test_a_name_stands_for_the_latest_result_that_has_it(between: str) -> None:
    past = History()
    past.add(history.trace(block(file_path="a")), "1", RAW, lambda: TEXT)
    past.add(history.trace(block(between, file_path="a")), "2", LOSSY, lambda: between)
    assert past.find(history.trace(block(file_path="a"))) is None
    assert past.find(history.trace(block(file_path="b"))) is None


def test_calls_whose_names_are_cut_to_the_same_are_one() -> None:
    past = History()
    line = "cd /srv && " + "a" * 200
    past.add(history.trace(block(tool="Bash", command=line + " one")), "1", RAW, lambda: TEXT)
    past.add(history.trace(block(TEXT + "2", tool="Bash", command=line + " two")), "2", RAW, lambda: TEXT)
    assert past.find(history.trace(block(tool="Bash", command=line + " one"))) is None


def test_another_text_is_compared_with_the_last_result_of_the_same_file_or_command() -> None:
    past = History()
    past.add(history.trace(block(file_path="a")), "1", RAW, lambda: TEXT)
    past.add(history.trace(block(TEXT + "2", file_path="a")), "2", RAW, lambda: TEXT + "2")
    past.add(history.trace(block(TEXT + "3", "Bash", command="make")), "3", RAW, lambda: TEXT + "3")
    by_file = past.find(history.trace(block(TEXT + "new", file_path="a")))
    by_call = past.find(history.trace(block(TEXT + "new", "Bash", command="make")))
    assert by_file
    assert by_call
    assert (by_file.key, by_call.key) == ("2", "3")
    assert past.find(history.trace(block(TEXT + "new", "Bash", command="make all"))) is None


def test_short_and_untouchable_results_leave_no_trace() -> None:
    assert not history.trace(block("short")).digest
    assert not history.trace(block()._replace(untouchable="role 'assistant'")).digest


Input = dict[str, Any]
READ: Input = {"file_path": "/srv/app.py"}


@pytest.mark.parametrize(
    ("own", "before", "expected"),
    [
        (READ, [], False),
        (READ, [{"file_path": "/srv/other.py", "old_string": "x"}], False),
        (READ, [{"file_path": "/srv/app.py", "old_string": "a", "new_string": "b"}], True),
        (READ, [{"file_path": "/srv/app.py", "offset": 10}], True),
        (READ, [READ], True),
        (READ, [{"command": "sed -i s/a/b/ /srv/app.py"}], True),
        ({"file_path": "/srv/app/main.py"}, [{"command": "cd /srv/app && sed -i s/a/b/ main.py"}], True),
        ({"file_path": "./src/x.py"}, [{"file_path": "src/x.py"}], True),
        ({"command": "cat /srv/app.py"}, [], False),
        ({"command": "ls /srv"}, [READ, READ], False),
    ],
)
def test_which_files_must_stay_verbatim(own: Input, before: list[Input], expected: bool) -> None:
    inputs = [json.dumps(call) for call in [*before, own]]
    assert history.is_touched(block(**own), inputs) is expected
