"""The page of `headroom perf --html` in a real browser: nothing runs, nothing is fetched, all can be read."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from headroom_cli.perf_html import as_html
from headroom_cli.perf_markup import Markup
from tests.headroom_cli.perf_cases import MADE, told
from tests.wire.chromium import FOUND, Tab, browser
from tests.wire.test_dashboard_page import CONTRAST

pytestmark = pytest.mark.skipif(FOUND is None, reason="there is no Chromium: apt-get install chromium")


@asynccontextmanager
async def opened(folder: Path, *names: str) -> AsyncIterator[Tab]:
    page = folder / "perf.html"
    page.write_text(as_html(told(*names), MADE), encoding="utf-8")
    async with browser(folder / "profile") as tab:
        await tab.go(page.as_uri())
        yield tab


async def test_nothing_is_fetched_and_the_browser_has_no_complaint(tmp_path: Path) -> None:
    async with opened(tmp_path, "weeks", "measured") as tab:
        assert {url.partition(":")[0] for url in tab.asked} == {"file"}
        assert len(tab.asked) == 1
        assert tab.said == []
        assert "≈ $" in await tab.js("document.title")
        # The style is let through by its digest: without it there were no cards beside each other.
        assert await tab.js("getComputedStyle(document.querySelector('.cards')).display") == "grid"


async def test_what_slips_in_is_stopped_by_the_pages_own_policy(tmp_path: Path) -> None:
    """Were a name ever not escaped: no script runs, no picture is asked for, no style is taken."""
    evil = '<script>document.title = "taken"</script><img src="http://127.0.0.1:9/x" onerror="document.title=1">'
    text = as_html(told("weeks"), MADE).replace(
        "<main", Markup(evil) + '<p id="p" style="color: red">x</p><main', 1
    )
    (tmp_path / "evil.html").write_text(text, encoding="utf-8")
    async with browser(tmp_path / "profile") as tab:
        await tab.go((tmp_path / "evil.html").as_uri())
        assert "taken" not in await tab.js("document.title")
        assert (await tab.js("document.title")).startswith("headroom: ")
        assert await tab.js("getComputedStyle(document.querySelector('#p')).color") != "rgb(255, 0, 0)"
        assert len([said for said in tab.said if "Content Security Policy" in said]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read(scheme: str, tmp_path: Path) -> None:
    """Contrast of 4.5 at least, and no sideways scrolling of the page at 320 pixels."""
    pictures = Path(os.environ.get("PERF_PICTURES", tmp_path))
    async with opened(tmp_path, "weeks", "measured", "odd") as tab:
        await tab.js("for (const it of document.querySelectorAll('details')) it.open = true; 0")
        for width, scale in ((1280, 1.0), (640, 2.0), (320, 1.0)):
            await tab.looks(scheme, width, scale=scale)
            found = await tab.js(CONTRAST)
            assert len(found) > 200
            assert [(ratio, text) for ratio, text in found if ratio < 4.5] == [], (scheme, width)
            assert await tab.js("document.documentElement.scrollWidth <= innerWidth"), width
            await tab.picture(pictures / f"perf-{scheme}-{width}.png")


async def test_it_is_read_by_the_keyboard_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, "weeks") as tab:
        await tab.looks("light", 320)
        seen = []
        for _ in range(60):
            await tab.press("Tab")
            about = "document.activeElement"
            assert await tab.js(f"getComputedStyle({about}).outlineStyle !== 'none'"), seen
            seen.append(await tab.js(f"{about}.ariaLabel || {about}.textContent.trim()"))
            if await tab.js(f"{about}.tagName") == "SUMMARY":
                break
        assert seen[:2] == ["Skip to content", "Over time"]
        assert seen[-1] == "The same as a table"
        assert await tab.js("document.querySelectorAll('details[open]').length") == 0
        await tab.press("Enter")
        await tab.until("document.querySelector('details').open")
        await tab.press("Tab")
        assert await tab.js("document.activeElement.ariaLabel") == "By day, as a table"
        await tab.press("ArrowRight")
        await tab.until("document.activeElement.scrollLeft > 0")


async def test_charts_tables_and_landmarks_have_names(tmp_path: Path) -> None:
    async with opened(tmp_path, "weeks", "measured") as tab:
        tree = (await tab.do("Accessibility.getFullAXTree"))["nodes"]
        roles = [
            (node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]
        ]
        names = {role: [name for other, name in roles if other == role] for role, _ in roles}
        assert {"main", "banner", "contentinfo", "navigation"} <= set(names)
        assert names["heading"][0] == "headroom"
        assert {"Prompt cache", "By project", "Hold-out"} <= set(names["region"])
        assert len(names["table"]) > 8 and all(names["table"])
        charts = names.get("image", []) + names.get("img", [])
        assert len(charts) == 2, "bars in tables say nothing that their rows do not"
        assert all(charts)
        assert all(names["link"] + names["columnheader"] + names["rowheader"])


async def test_a_bar_is_as_long_as_its_figure(tmp_path: Path) -> None:
    async with opened(tmp_path, "weeks") as tab:
        await tab.looks("light", 1280)
        sizes = await tab.js(
            "[...document.querySelectorAll('[aria-labelledby=by-model] svg.bar rect')]"
            ".map(it => it.getBoundingClientRect().width)"
        )
        assert sizes == sorted(sizes, reverse=True)[:1] + sizes[1:]
        assert sizes[0] > 5 * max(sizes[1:]) > 0
        heights = await tab.js(
            "[...document.querySelectorAll('svg.columns rect.saved')].map(it => it.getBoundingClientRect().height)"
        )
        assert len(heights) == 12 and min(heights) > 0 and max(heights) > 100


async def test_the_file_that_the_command_writes_is_this_page(home: Path, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from headroom_cli.main import app
    from tests.headroom_cli.perf_cases import CASES

    shutil.copytree(CASES / "weeks", home / "sessions", dirs_exist_ok=True)
    file = tmp_path / "report é.html"
    environ = {"HEADROOM_HOME": str(home), "HEADROOM_CONFIG": str(home / "none.toml")}
    done = CliRunner().invoke(app, ["perf", "--html", str(file)], env=environ)
    assert done.exit_code == 0, done.output
    async with browser(tmp_path / "profile") as tab:
        await tab.go(file.as_uri())
        assert await tab.js("document.querySelectorAll('section').length") > 10
        assert tab.said == []
