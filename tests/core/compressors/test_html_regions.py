import pytest

from headroom.compressors import html_regions
from headroom.compressors.html_regions import Region


@pytest.mark.parametrize(
    ("tag", "attributes", "expected"),
    [
        ("nav", {}, "navigation"),
        ("main", {}, "content"),
        ("div", {"role": "navigation"}, "navigation"),
        ("div", {"class": "site-footer dark"}, "footer"),
        ("div", {"id": "cookie-consent"}, "cookie banner"),
        ("ul", {"class": "breadcrumbs"}, "navigation"),
        ("body", {"class": "has-sidebar nav-open"}, ""),
        ("p", {"class": "menu"}, ""),
        ("div", {"class": "content"}, ""),
        ("div", {}, ""),
    ],
)
def test_kind(tag: str, attributes: dict[str, str], expected: str) -> None:
    assert html_regions.kind(tag, attributes) == expected


def region(kind: str, chars: int, link_chars: int, text: str = "", parent: Region | None = None) -> Region:
    made = Region(kind, parent)
    made.add(text, chars, link_chars)
    return made


def test_a_part_goes_only_if_it_also_reads_like_one() -> None:
    assert region("navigation", 100, 90).may_go()
    assert not region("navigation", 1000, 90).may_go()
    assert region("footer", 60, 0, "© 2026 Shop").may_go()
    assert not region("footer", 60, 0, "Opening hours: 9 to 17").may_go()
    assert region("cookie banner", 300, 10).may_go()
    assert not region("cookie banner", 5000, 10).may_go()
    assert not region("content", 100, 100).may_go()


def test_a_footer_of_an_article_and_a_header_with_the_title_stay() -> None:
    content = Region("content", None)
    assert not region("footer", 100, 90, parent=content).may_go()
    header = region("page header", 100, 90)
    header.has_title = True
    assert not header.may_go()


def test_what_lies_in_a_part_that_goes_goes_with_it() -> None:
    outer = Region("navigation", None)
    inner = region("sidebar", 100, 100, parent=outer)
    assert inner.why_gone() == "navigation"
    assert Region("", None).why_gone() == ""
