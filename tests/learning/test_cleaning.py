import json
from pathlib import Path

from tests.core.learn.transcripts.lines import written
from tests.learning import cleaning

PATHS = {"/tmp/learn-1/home": "/home/user", "/tmp/learn-1": "/tmp/user"}


def test_paths_are_replaced_in_texts_and_in_names_made_of_them(tmp_path: Path) -> None:
    record = {"type": "user", "cwd": "/tmp/learn-1/home/p", "slug": "-tmp-learn-1-home-p", "tmp": "tmp/learn-1/x"}
    file = written(tmp_path / "a.jsonl", [record])
    told = json.loads(cleaning.transcript(file, "claude", PATHS))
    assert told == {"type": "user", "cwd": "/home/user/p", "slug": "-home-user-p", "tmp": "tmp/user/x"}


def test_long_texts_go_where_no_reader_looks(tmp_path: Path) -> None:
    long = "x" * 500
    said = {"type": "user", "message": {"content": long}, "toolUseResult": {"stdout": long}}
    file = written(tmp_path / "a.jsonl", [said, {"type": "attachment", "text": long, "list": list(range(9))}])
    first, second = map(json.loads, cleaning.transcript(file, "claude", {}).splitlines())
    assert first["message"]["content"] == long
    assert first["toolUseResult"]["stdout"] == second["text"] == "x" * 60 + " [440 more]"
    assert second["list"] == [0, 1]


def test_a_path_is_replaced_before_a_text_is_cut_within_it(tmp_path: Path) -> None:
    text = "x" * 50 + "/tmp/learn-1/home/p" + "y" * 500
    file = written(tmp_path / "a.jsonl", [{"type": "attachment", "text": text}])
    assert json.loads(cleaning.transcript(file, "claude", PATHS))["text"].startswith("x" * 50 + "/home/user [")
