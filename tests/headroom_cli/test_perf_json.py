"""The JSON form: a superset of the summary's, with names that scripts rely on."""

import json

import pytest

from headroom.report import Overview
from headroom_cli.perf_json import KEYS, overview_json
from headroom_cli.summary_json import summary_json
from tests.headroom_cli.perf_cases import NAMES, assert_golden, told


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_json_as_its_golden_file(name: str) -> None:
    assert_golden(f"{name}/perf.json", json.dumps(overview_json(told(name)), indent=2, allow_nan=False) + "\n")


@pytest.mark.parametrize("name", NAMES)
def test_it_says_all_that_the_summary_says(name: str) -> None:
    summary, data = summary_json(told(name).summary), overview_json(told(name))
    assert data["added_ms"].items() >= summary.pop("added_ms").items()
    assert data.items() >= summary.items()


def test_every_key_is_explained() -> None:
    for overview in (Overview(), told("weeks")):
        assert overview_json(overview).keys() == summary_json(overview.summary).keys() | KEYS.keys()


def test_parts_agree_with_the_whole() -> None:
    data = overview_json(told("weeks"))
    for part in ("days", "weeks", "projects"):
        assert sum(row["tokens"]["billed"] for row in data[part].values()) == data["tokens"]["billed"]
        paid = sum(row["usd"]["paid"] for row in data[part].values() if row["usd"])
        assert paid == pytest.approx(data["usd"]["paid"], abs=1e-5)
    assert data["lossless"]["blocks"] == data["blocks"]["lossless"]
    assert data["lossless"]["tokens_before"] + data["lossy"]["tokens_before"] == data["blocks"]["tokens_before"]
    assert data["days"]["2026-11-10"]["usd"] is None, "a price that is not known is no 0"
    assert data["days"]["2026-11-11"]["usd"]["saved"] < 0
