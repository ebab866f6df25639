"""Which logs are asked about; whole sums of what SQLite has no room for."""

import pytest

from headroom.report import overview_of
from headroom.report.asked import project_name
from tests.core.report.made import block, request, session, usage


@pytest.mark.parametrize(
    ("path", "name"), [("/home/ada/shop", "shop"), ("/home/ada/shop/", "shop"), ("/", "/"), ("", "unknown")]
)
def test_a_project_has_the_name_of_its_folder(path: str, name: str) -> None:
    assert project_name(path) == name


def test_sums_have_no_bound() -> None:
    most = 2**53
    events = [
        event
        for n in range(1, 1200)
        for event in (request(n, block(str(n), most, 1, "logs")), usage(n, most, 0, 0, most, most))
    ]
    total = overview_of([session(*events)]).summary
    assert total.total.billed_tokens == 1199 * 3 * most
    assert total.blocks.before == 1199 * most
