from pathlib import Path

import pytest

from headroom.learn.transcripts import records
from headroom.learn.transcripts.records import inside, number, objects, parsed


def test_what_is_no_object_is_told_as_none(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    deep = b"[" * 100_000
    file.write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\n[1]\n{"a": \xff"b"}\n{"cut off\n' + deep + b'\n{"b": "\xff"}')
    assert list(records.records(file)) == [{"a": 1}, None, None, None, None, {"b": "\ufffd"}]


def test_a_line_without_end_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LINE_BYTES", 64)
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"a": 1}\n{"b": "' + b"x" * 200 + b'"}\n{"c": 3}\n{"d": "' + b"x" * 200)
    assert list(records.records(file)) == [{"a": 1}, None, {"c": 3}, None]


def test_half_a_surrogate_pair_can_be_written() -> None:
    assert parsed(r'{"a": "\ud83d\ude00 \uD83D", "b": "\ude00 x"}') == {"a": "\U0001f600 \ufffd", "b": "\ufffd x"}
    assert parsed(r'{"a": "\ud83d\ud83d\ude00"}') == {"a": "\ufffd\U0001f600"}


def test_a_missing_file_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(records.records(tmp_path / "none"))


def test_values_of_other_shapes_are_none() -> None:
    assert inside({"a": {"b": 1}}, "a", "b") == 1
    assert inside({"a": [1]}, "a", "b") is None
    assert inside(None, "a") is None
    assert list(objects([1, {"a": 1}, None])) == [{"a": 1}]
    assert list(objects({"a": 1})) == []
    assert [number(value) for value in (3, 3.0, 3.5, True, "3", None)] == [3, 3, None, None, None, None]
    assert parsed("[]") is None
