"""The demo's row."""

import http.client
from urllib.parse import urlsplit

from headroom_wrappers.demo import DEMO


def test_the_row_brings_a_provider_of_its_own() -> None:
    assert DEMO.provider is not None
    with DEMO.provider() as base_url:
        connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=10)
        connection.request("POST", "/nowhere")
        assert connection.getresponse().status == 404
        connection.close()
