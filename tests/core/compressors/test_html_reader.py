import pytest

from headroom.compressors import html, html_links


def texts(page: str) -> list[str]:
    return [html_links.plain(block.text) for block in html.read(page).blocks]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<h2>A <em>b</em></h2><p>c<br>d</p>", ["## A b", "c\x05d"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["- a", "  - b", "- c"]),
        ("<ol><li>a<li><p>b</p><p>c</p></ol>", ["1. a", "2. b", "  c"]),
        ("<ol start=3><li>a<li>b<li value=9>c<li>d</ol>", ["3. a", "4. b", "9. c", "10. d"]),
        ("<ol start=x><li value=-1>a<li>b</ol>", ["-1. a", "0. b"]),
        ("<dl><dt>term<dd>text</dl>", ["term", "  text"]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", ["> a", "> b"]),
        ("<pre class='language-py'>\n a\n  <b>b</b>\n</pre>", ["```py\n a\n  b\n```"]),
        ("<pre>```\n</pre>", ["````\n```\n````"]),
        ("<p>a <code>x y</code> <s>old</s> 2<sup>10</sup></p>", ["a `x y` ~~old~~ 2^10"]),
        ("<h1>T<a class=headerlink href='#t'>¶</a></h1>", ["# T"]),
        ("<p><a href=/x><img alt='Logo' src=y></a></p>", ["![Logo]"]),
        ("<p>a&amp;b &lt;c&gt; &nbsp; d", ["a&b <c> d"]),
        ("<a href=/x><h3>Title</h3><p>text</p></a>", ["### Title", "text"]),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", ["a | b\n---|---\n1 | 2"]),
        ("<script>if (a < b) { '<p>no</p>' }</script><p>yes", ["yes"]),
        (
            "<form action=/cart method=post><input name=q value=1><input type=hidden name=t></form>",
            ["[form POST /cart]", "[input q 1]"],
        ),
        ("<math alttext='E=mc^2'><mi>E</mi></math>", ["$E=mc^2$ E"]),
        ("<ul><li></ul><p>after", ["after"]),
        ("", []),
    ],
)
def test_blocks(page: str, expected: list[str]) -> None:
    if page:
        assert texts(f"<!doctype html><html><body>{page}") == expected


def test_no_text_is_lost_by_depth_or_by_what_is_not_closed() -> None:
    for opening in (
        "<div>",
        "<b>",
        "<table><tr><td>",
        "<ul><li>",
        "<a href=x>",
        "<nav>",
        "<blockquote>",
        "<dl><dd>",
    ):
        assert "the deepest" in " ".join(texts("<html><body>" + opening * 20_000 + "the deepest"))[-200:]


def test_regions_are_left_again() -> None:
    blocks = html.read(
        "<body><nav><a href=/a>a</a></nav><p>text</p><div class=menu><ul class=nav><li>b</ul></div>c"
    ).blocks
    assert [block.region.kind for block in blocks] == ["navigation", "", "navigation", ""]
