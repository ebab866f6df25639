import pytest

from headroom.compressors import html_links
from headroom.compressors.html_links import placeholder


def test_an_address_is_written_once() -> None:
    texts = [f"see {placeholder('a', 0)} and {placeholder('b', 1)}", placeholder("again", 2)]
    addresses = ["/x", "y.html", "/x"]
    assert html_links.write(texts, addresses, "") == (["see [a](/x) and [b](y.html)", "again"], "")


def test_the_origin_of_the_page_is_left_out_where_it_is_shared() -> None:
    addresses = [f"https://example.com/{name}" for name in "abc"] + ["https://other.example.org/d"]
    texts = [placeholder(str(number), number) for number in range(4)]
    written, origin = html_links.write(texts, addresses, "https://example.com/page")
    assert origin == "https://example.com"
    assert written == ["[0](/a)", "[1](/b)", "[2](/c)", "[3](https://other.example.org/d)"]


def test_no_origin_is_left_out_where_a_slash_would_be_ambiguous() -> None:
    addresses = [f"https://cdn.example.com/{name}" for name in "abcd"] + ["/own"]
    texts = [placeholder(str(number), number) for number in range(5)]
    assert html_links.write(texts, addresses, "")[1] == ""
    assert html_links.write(texts[:4], addresses, "")[1] == "https://cdn.example.com"


def test_brackets_and_blanks_do_not_break_a_link() -> None:
    texts = [placeholder("![Logo] of [us]", 0)]
    assert html_links.write(texts, ["/a (b)"], "")[0] == ["[image: Logo of (us)](/a%20%28b%29)"]


def test_plain() -> None:
    assert html_links.plain(f"see {placeholder('a', 0)}.") == "see a."


@pytest.mark.parametrize(
    ("address", "expected"),
    [("/a", True), ("#a", False), ("javascript:x()", False), ("data:,x", False), ("", False)],
)
def test_is_shown(address: str, expected: bool) -> None:
    assert html_links.is_shown(address) is expected


def test_page_address() -> None:
    assert html_links.page_address('{"url":"https://a.example/b"}', "https://c.example") == "https://a.example/b"
    assert html_links.page_address("curl https://a.example https://b.example", "c") == "c"
    assert html_links.page_address("", "https://c.example") == "https://c.example"


@pytest.mark.parametrize("address", ["http://[", "https://", "https://exa mple"])
def test_broken_addresses_do_no_harm(address: str) -> None:
    assert html_links.write([placeholder("a", 0)] * 3, [address], address)[0][1] == "a"
