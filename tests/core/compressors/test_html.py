import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import markers
from headroom.compressors import html
from headroom.types import Context, PassThrough
from tests.bench import workloads_text
from tests.bench.needles import survives

FIXTURES = Path(__file__).parents[2] / "fixtures"
ORIGINAL = "/srv/state/originals/0123456789ab.txt"
CONTEXT = Context(budget_tokens=2000, original=ORIGINAL)
PAD = "<script>" + "var a = 1;" * 100 + "</script>"


def body(page: str, query: str = "") -> str:
    done = html.compress(f"<!doctype html><html><body>{PAD}{page}</body></html>", CONTEXT._replace(query=query))
    return done.text.partition("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>\n<html>",
        "\n<html lang=en>",
        "<!-- saved --><!doctype html>",
        "HTTP/1.1 502 Bad Gateway\r\nServer: x\r\n\r\n<html>\r\n<head>",
        "<div><p>a</p><p>b</p><ul><li>c</li><li>d</li></ul></div>",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html>',
    ],
)
def test_looks_like_a_page(text: str) -> None:
    assert html.looks_like(text)


@pytest.mark.parametrize(
    "text",
    [
        'import React from "react";\nexport default () => <html><body><p>a</p></body></html>;\n',
        '<?xml version="1.0"?><project><name>shop</name></project>',
        "12: <html>\n13: <body>\n",
        "The page begins with <!doctype html> and goes on.",
        '{"body": "<!doctype html><html></html>"}',
        "<div>",
        "",
    ],
)
def test_other_texts_do_not(text: str) -> None:
    assert not html.looks_like(text)


def test_there_is_no_lossless_form() -> None:
    with pytest.raises(PassThrough):
        html.compress("<html><body><p>a</p></body></html>", Context())


def test_what_surrounds_the_content_is_counted() -> None:
    nav = "<nav>" + "".join(f"<a href=/{n}>Section {n}</a>" for n in range(20)) + "</nav>"
    page = f"<html><body>{PAD}{nav}<main><p>{'All of this is content. ' * 30}</p></main></body></html>"
    done = html.compress(page, CONTEXT)
    assert "Section 3" not in done.text
    assert done.omitted["navigation"] > 150
    assert done.omitted["scripts"] == 1000
    said = markers.parse(done.text.splitlines()[0])
    assert said is not None
    assert said.omitted == sum(done.omitted.values())
    assert said.total == len(page)


def test_what_answers_the_query_or_speaks_of_a_failure_stays_wherever_it_is() -> None:
    content = f"<main><p>{'All of this is content. ' * 30}</p></main>"
    footer = "<footer><ul><li><a href=/c>Careers page</a></ul><p>Payments failed to settle.</p>"
    footer += "<a href=/a>About everything</a></footer>"
    found = body(content + footer, "where is the careers page?")
    assert "[Careers page](/c)" in found
    assert "Payments failed to settle." in found
    assert "About everything" not in found


def test_when_most_of_the_page_would_go_nothing_does() -> None:
    found = body("<nav><a href=/a>All there is</a> <a href=/b>is links</a></nav>")
    assert "[All there is](/a)" in found


def test_headers_and_what_follows_the_page_stay() -> None:
    page = f"HTTP/1.1 500 Internal Server Error\r\nX-Id: 7\r\n\r\n<html><body>{PAD}<h1>Oops</h1>"
    page += "</body></html>\nstatus=500\n"
    done = html.compress(page, CONTEXT)
    assert "HTTP/1.1 500 Internal Server Error\r\nX-Id: 7" in done.text
    assert done.text.endswith("# Oops\nstatus=500")


def test_a_page_made_by_scripts_gives_its_data() -> None:
    state = json.dumps({"order": {"id": 81723, "state": "payment failed"}})
    found = body(f'<div id=root></div><script id="__DATA__" type="application/json">{state}</script>')
    assert state in found


def test_a_page_without_any_text_passes() -> None:
    with pytest.raises(PassThrough, match="no readable text"):
        body("<div id=root></div>")


@pytest.mark.parametrize(
    "text", ["<html>\x02</html>", "<html>\ud800</html>", "<html><system-reminder></html>", "no page"]
)
def test_what_is_not_read_passes(text: str) -> None:
    with pytest.raises(PassThrough):
        html.compress(text + " " * 5000, CONTEXT)


@pytest.mark.parametrize("make", [workloads_text.documentation, workloads_text.search_page])
def test_needles_survive(make) -> None:  # type: ignore[no-untyped-def]
    for seed in range(8):
        work = make(seed)
        done = html.compress(work.text, Context(work.query, work.tool, work.tool_input, 2500, ORIGINAL))
        assert [needle for needle in work.needles if not survives(needle, done.text)] == []


def test_every_word_of_a_page_within_the_budget_is_there() -> None:
    page = (FIXTURES / "html" / "shop_page.in").read_text()
    reader = html.read(page)
    kept, gone = html.choose(reader.blocks, "")
    assert len(kept) + sum(bool(block.region.why_gone()) for block in reader.blocks) == len(reader.blocks)
    assert gone.total() > 0
    text = html.compress(page, CONTEXT).text
    for word in ("Desk lamp", "49 €", "LMP-2048", "UK plug", "Delivery failed twice", "/manual.pdf"):
        assert word in text


parts = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<a",
        "href=/x>",
        "</a>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<li>",
        "<ul>",
        "</ul>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<nav>",
        "</nav>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<br>",
        "text",
        "&",
        "&lt;",
        "<",
        ">",
        '"',
        "<h1>",
        "</h1>",
        "<main>",
        "<svg>",
        "</svg>",
        "<head>",
        "</head>",
        "<title>",
        "</title>",
        "<html>",
        "</html>",
        "<b>",
        "</b>",
        "<select>",
        "<option>",
        "\x00",
        "é",
    ]
)


@given(st.lists(parts, max_size=40))
def test_any_mixture_of_tags_is_read(pieces: list[str]) -> None:
    page = "<!doctype html>" + PAD + " ".join(pieces)
    try:
        done = html.compress(page, CONTEXT)
    except PassThrough:
        return
    assert len(done.text) < len(page)
    assert done == html.compress(page, CONTEXT)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "deep",
        "<table><tr><td>" * 60_000 + "x",
        "<a " + " ".join(f"x{n}=1" for n in range(60_000)) + ">t</a>",
        "<p>" + "word " * 600_000,
        "<" * 500_000,
        "<!--" + "-" * 1_000_000,
        "<p>" + "<code>x y</code> " * 40_000,
        "<b><p>" * 50_000 + "x",
        "<pre>" + "`" * 500_000,
        "<script>" + "<" * 500_000,
    ],
    ids=["div", "table", "attributes", "one line", "lt", "comment", "code", "b-p", "ticks", "script"],
)
def test_hostile_pages_end(page: str) -> None:
    try:
        html.compress("<!doctype html><html><body>" + page, CONTEXT)
    except PassThrough as why:
        assert str(why)
