import pytest
from aiohttp.test_utils import make_mocked_request

from headroom.proxy.visitors import refusal

OURS = "127.0.0.1:8787"


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, ""),
        ({"Host": "localhost:8787"}, ""),
        ({"Host": "LOCALHOST"}, ""),
        ({"Host": "[::1]:8787"}, ""),
        ({"Origin": f"http://{OURS}"}, ""),
        ({"Sec-Fetch-Site": "none"}, ""),
        ({"Sec-Fetch-Site": "same-origin", "Origin": f"http://{OURS}"}, ""),
        ({"Sec-Fetch-Site": "same-site"}, "not a page of ours"),
        ({"Sec-Fetch-Site": "cross-site"}, "not a page of ours"),
        ({"Sec-Fetch-Site": "unheard of"}, "not a page of ours"),
        ({"Origin": "null"}, "not a page of ours"),
        ({"Origin": ""}, "not a page of ours"),
        ({"Origin": "http://127.0.0.1:1"}, "not a page of ours"),
        ({"Host": "evil.example"}, "not a loopback host"),
        ({"Host": "127.0.0.1.evil.example:80"}, "not a loopback host"),
        ({"Host": "0.0.0.0"}, "not a loopback host"),
    ],
    ids=str,
)
def test_who_may_ask(headers: dict[str, str], says: str) -> None:
    said = refusal(make_mocked_request("GET", "/", headers={"Host": OURS} | headers))
    assert (says in said) if says else said == ""
