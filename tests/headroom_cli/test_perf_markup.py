"""Markup: what is not markup is text, whatever it looks like."""

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom_cli.perf_markup import Markup, fill, join, tag


def test_texts_are_escaped_and_markup_is_not() -> None:
    assert tag("p", "<b> & \"'", tag("b", "x"), class_="a") == (
        '<p class="a">&lt;b&gt; &amp; &quot;&#x27;<b>x</b></p>'
    )
    assert tag("td", "x", class_=None, aria_label='"><script>') == (
        '<td aria-label="&quot;&gt;&lt;script&gt;">x</td>'
    )
    assert tag("rect", x=1) == '<rect x="1"/>'
    assert tag("meta", http_equiv="a") == '<meta http-equiv="a">'


def test_what_hides_or_turns_a_line_is_a_question_mark() -> None:
    assert join("a\u202eb\x1bc\u200bd") == "a?b?c?d"


def test_a_frame_is_filled_once() -> None:
    parts = {"a": Markup("<!--b-->"), "b": Markup("2")}
    assert fill("x<!--a-->y<!--b-->z", parts) == "x<!--b-->y2z"


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.label: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.label = dict(attrs)["aria-label"]

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(deadline=None)
@given(st.text())
def test_any_text_is_one_text_and_one_attribute(text: str) -> None:
    read = _Read()
    read.feed(tag("p", text, aria_label=text))
    read.close()
    shown = "".join(char if char.isprintable() else "?" for char in text)
    assert (read.tags, read.text, read.label) == (["p"], shown, shown)
