from headroom.compressors.html_head import Head


def test_scripts_and_styles_are_counted() -> None:
    head = Head()
    for tag, text in (("script", "var a;"), ("style", ".a{}"), ("svg", "x")):
        assert head.start(tag, {})
        assert head.data(text)
        assert head.end(tag)
    assert head.gone == {"scripts": 6, "styles": 4, "drawings": 1}
    assert not head.data("text")
    assert not head.start("p", {})
    assert not head.end("p")


def test_what_the_head_says() -> None:
    head = Head()
    head.start("head", {})
    head.start("title", {})
    head.data("A  title")
    head.end("title")
    head.start("meta", {"name": "Description", "content": "About\n it"})
    head.end("meta")
    head.start("link", {"rel": "canonical", "href": "https://example.com/a"})
    head.end("link")
    head.start("meta", {"http-equiv": "refresh", "content": "0; URL=/login"})
    head.end("meta")
    head.end("head")
    assert head.says == {
        "title": "A title",
        "description": "About it",
        "url": "https://example.com/a",
        "redirects to": "0; URL=/login",
    }


def test_json_in_scripts_is_remembered() -> None:
    head = Head()
    for attributes, text in (({"id": "__STATE__"}, " {} "), ({"type": "application/json"}, "[1]"), ({}, "{}")):
        head.start("script", attributes)
        head.data(text)
        head.end("script")
    assert head.states == ["{}", "[1]"]


def test_nested_elements_of_the_same_name() -> None:
    head = Head()
    head.start("svg", {})
    head.start("svg", {})
    head.end("svg")
    assert head.data("x")
    head.end("svg")
    assert not head.data("y")


def test_line_numbers_are_no_code() -> None:
    head = Head()
    assert head.start("td", {"class": "linenos"})
    head.data("1\n2")
    assert head.end("td")
    assert head.gone == {"line numbers": 3}
