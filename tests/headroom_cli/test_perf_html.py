"""The page: whole, well nested, with every name as text. tests/wire/test_perf_page.py opens it in a browser."""

import re
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

import pytest

from headroom import session_log
from headroom.holdout import Comparison
from headroom.report import Overview, overview_of
from headroom_cli.perf_html import OURS, as_html
from tests.headroom_cli.perf_cases import CASES, MADE, NAMES, assert_golden, told

VOID = {"meta", "rect", "line"}


class Nested(HTMLParser):
    """Fails where an element is closed that is not open; keeps what a page may not have."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["weeks", "measured", "audited"])
def test_a_page_as_its_golden_file(name: str) -> None:
    assert_golden(f"{name}/perf.html", as_html(told(name), MADE))


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_whole_and_asks_for_nothing(name: str) -> None:
    text = as_html(told(name), MADE)
    page = Nested(text)
    assert text.index(OURS) < 1000
    assert "script" not in page.seen and "style" not in page.attributes
    assert not any(attribute.startswith("on") for attribute in page.attributes)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.links) <= {f"#{name}" for name in page.ids}
    assert "http" not in re.sub(r'http-equiv="', "", text)
    assert page.seen.count("h1") == 1


def test_nothing_makes_a_page_that_says_so() -> None:
    assert "no requests whose usage is known" in as_html(Overview(), MADE)


def test_names_are_text(tmp_path: Path) -> None:
    raw = next((CASES / "saved").glob("*.jsonl")).read_text(encoding="utf-8")
    hostile = "</title><script>alert(1)</script><img src=x onerror=alert(1)>"
    raw = raw.replace('"Bash"', f'"{hostile}"').replace("/home/ada/shop", f"/home/{hostile}")
    raw = raw.replace('"claude-opus-5-5', f'"<!--main-->{hostile}').replace('"claude"', f'"{hostile}"')
    log = tmp_path / "20261121-054012-1a2b3c.jsonl"
    log.write_text(raw, encoding="utf-8")
    text = as_html(overview_of([session_log.read(log)], zone=UTC), MADE)
    page = Nested(text)
    assert not {"script", "img"} & set(page.seen)
    assert text.count("&lt;script&gt;") > 5


def test_a_loss_is_told_in_words_and_has_a_bar_of_its_own() -> None:
    text = as_html(told("weeks"), MADE)
    assert '<td class="num bad">-$0.01<span> dearer</span></td>' in text
    assert '<rect class="lost"' in text
    assert '<p class="lead bad">≈ $0.018 dearer (13.2 %), ≈ 55,272 tokens more</p>' in as_html(told("cost"), MADE)


def test_an_audit_saved_nothing() -> None:
    text = as_html(told("audited"), MADE)
    assert "audited, nothing was changed: would have been ≈ $0.164 saved" in text
    assert "lead good" not in text


def test_a_comparison_has_its_interval_or_says_what_is_missing() -> None:
    assert "(95 % interval -47 % to -11 %)" in as_html(told("measured"), MADE)
    overview = overview_of([session_log.read(next((CASES / "saved").glob("*.jsonl")))], zone=UTC)
    overview.summary.holdout = Comparison(40, 3)
    assert "not enough yet (8 of each are needed, the others are 40)" in as_html(overview, MADE)
