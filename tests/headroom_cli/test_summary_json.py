"""The JSON form: names that scripts rely on, and numbers that any reader can hold."""

import json
from pathlib import Path

import pytest

from headroom import session_log
from headroom.report import summarise
from headroom_cli.summary_json import summary_json

CASES = Path(__file__).parent.parent / "fixtures" / "show"


def test_an_empty_summary_has_every_field_of_a_full_one() -> None:
    empty = summary_json(summarise([]))
    full = summary_json(summarise([session_log.read(log) for log in CASES.glob("saved/*.jsonl")]))
    assert list(empty) == list(full)
    assert empty["usd"] is None
    assert not empty["traffic"]


def test_figures_agree_with_each_other() -> None:
    data = summary_json(summarise([session_log.read(log) for log in CASES.glob("[cs]*/*.jsonl")]))
    tokens, usd = data["tokens"], data["usd"]
    assert tokens["billed"] == sum(tokens[name] for name in ("input", "cache_write", "cache_read", "output"))
    assert tokens["saved"] == tokens["without_headroom"] - tokens["billed"]
    assert usd["saved"] == pytest.approx(usd["without_headroom"] - usd["paid"], abs=2e-6)
    for part in ("agents", "models"):
        assert sum(account["tokens"]["billed"] for account in data[part].values()) == tokens["billed"]
        assert sum(account["usd"]["saved"] for account in data[part].values()) == pytest.approx(usd["saved"])
    assert sum(blocks["seen"] for blocks in data["tools"].values()) == data["blocks"]["seen"]
    assert data["blocks"]["shortened"] == data["blocks"]["lossless"] + data["blocks"]["lossy"]
    assert json.loads(json.dumps(data, allow_nan=False)) == data
