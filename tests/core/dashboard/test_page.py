import base64
import hashlib
import re
from importlib import resources

from headroom.dashboard.page import HEADERS, SCRIPTS, load


def inline(html: str, tag: str) -> str:
    (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    return str(text)


def test_the_browser_runs_what_is_in_the_page_and_nothing_else() -> None:
    page = load()
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        digest = hashlib.sha256(inline(page.html.decode(), tag).encode()).digest()
        assert policy[directive] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in str(policy)


def test_nothing_comes_from_elsewhere_and_nothing_is_written_as_markup() -> None:
    html = load().html.decode()
    assert set(re.findall(r"https?://[^\s\"'`]+", html)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(
        r"\son\w+=|style=|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|@import|url\(", html
    )
    assert "</script" not in inline(html, "script")


def test_it_is_light() -> None:
    assert len(load().html) < 40_000


def test_every_answer_is_private() -> None:
    for headers in (HEADERS, load().headers):
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert not any(name.lower().startswith("access-control") for name in headers)


def test_its_files_are_package_data() -> None:
    folder = resources.files("headroom.dashboard")
    assert all((folder / name).is_file() for name in ("page.html", "page.css", *SCRIPTS))
