"""What the proxy answers itself; the dashboard needs a secret. Over a socket: tests/wire/test_security.py."""

from pathlib import Path

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request

from headroom.proxy import local_api
from headroom.proxy.recorder import Recorder


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "s.jsonl")


@pytest.mark.parametrize(
    ("method", "path", "is_ours"),
    [
        ("GET", "/health", True),
        ("GET", "/stats", True),
        ("POST", "/health", False),
        ("GET", "/health/more", False),
        ("GET", "/dashboard", True),
        ("GET", "/dashboard?range=day", True),
        ("GET", "/dashboard/", True),
        ("POST", "/dashboard/live", True),
        ("GET", "/dashboard/none/such?x=1", True),
        ("GET", "/dashboards", False),
        ("GET", "/v1/dashboard", False),
    ],
)
def test_what_is_ours_never_goes_to_a_provider(method: str, path: str, is_ours: bool) -> None:
    assert (local_api.find(method, path) is not None) == is_ours


async def test_health_tells_where_the_dashboard_is(recorder: Recorder) -> None:
    answer = local_api.find("GET", "/health")
    assert answer
    told = await answer(make_mocked_request("GET", "/health"), recorder, "")
    assert orjson.loads(told.body)["dashboard"] == "/dashboard"


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/live?range=day", "/dashboard/block?id=a&block=1"])
async def test_without_a_secret_there_is_no_dashboard(path: str, recorder: Recorder) -> None:
    answer = local_api.find("GET", path)
    assert answer
    told = await answer(make_mocked_request("GET", path), recorder, "")
    assert told.status == 403
    assert "headroom dashboard" in str(told.text)
