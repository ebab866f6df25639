"""The dashboard's page in a real browser: by keyboard, light and dark, on narrow screens, out of others' reach."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from headroom.proxy.dashboard_server import DashboardServer
from headroom.system import sockets
from tests.core.dashboard.logs import T0, exchange, fill, lines
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider
from tests.provider.script import Turn
from tests.wire.chromium import FOUND, Tab, browser
from tests.wire.running import running_proxy
from tests.wire.test_browser import STATUS, relay, visit

pytestmark = pytest.mark.skipif(FOUND is None, reason="there is no Chromium: apt-get install chromium")

SECRET = "0123456789abcdef0123456789abcdef"
HOSTILE = (
    "<img src=x onerror=\"document.title='taken'\">\n</pre></script><script>document.title='taken'</script>\n"
    "\u202eesrever\nthird\n"
)
VIEWS = ("#/", "#/c/s1.c1", "#/c/s1.c1/1", "#/c/s1.c1/2", "#/c/s1.c1/9")
READY = {
    "#/": "document.querySelector('#talk-s1\\\\.c1')",
    "#/c/s1.c1": "document.querySelector('#block-1')",
    "#/c/s1.c1/1": "document.querySelector('#pane-ins')",
    "#/c/s1.c1/2": "document.title.startsWith('Block 2 ')",
    "#/c/s1.c1/9": "document.querySelector('#title')?.textContent === 'Not there'",
}
CONTRAST = """(() => {
  const rgb = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
  const light = c => { const v = c / 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
  const bright = ([r, g, b]) => .2126 * light(r) + .7152 * light(g) + .0722 * light(b);
  const behind = it => { for (; it; it = it.parentElement) {
    const c = rgb(getComputedStyle(it).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !at.checkVisibility() || at.closest("script, style")) continue;
    const [a, b] = [bright(rgb(getComputedStyle(at).color)), bright(behind(at))].sort((x, y) => y - x);
    found.push([(a + .05) / (b + .05), walker.currentNode.data.slice(0, 30)]);
  }
  return found;
})()"""


@asynccontextmanager
async def opened(home: Path, profile: Path, **more: str) -> AsyncIterator[tuple[Tab, DashboardServer, Path]]:
    """Open the page as `headroom dashboard` does, over a state folder with a session of now."""
    log = fill(home, time.time(), **more)
    server = DashboardServer(home, sockets.listening(0))
    ready = asyncio.Event()
    task = asyncio.create_task(server.run(lambda _: ready.set()))
    await ready.wait()
    try:
        async with browser(profile, server.ticket_url) as tab:
            await tab.until(READY["#/"] + " !== null")
            yield tab, server, log
    finally:
        server.stop()
        await task


async def look_at(tab: Tab, view: str) -> None:
    await tab.js(f"location.hash = {json.dumps(view)}")
    await tab.until(f"!!({READY[view]})")


async def focused(tab: Tab) -> str:
    """Say what has the keyboard: its id, or its text."""
    return str(await tab.js("document.activeElement.id || document.activeElement.textContent.trim()"))


async def test_the_ticket_leads_to_the_page_and_nothing_else_is_asked_for(home: Path, tmp_path: Path) -> None:
    async with opened(home, tmp_path / "profile") as (tab, server, _):
        assert await tab.js("location.href") == server.url
        assert "Saved ≈ $" in await tab.until("document.querySelector('#lead').textContent")
        for view in VIEWS:
            await look_at(tab, view)
        assert {urlsplit(url).netloc for url in tab.asked} <= {urlsplit(server.url).netloc}
        # The last view is of a block that is not there: the browser's own line on its 404 is all that is said.
        assert [said for said in tab.said if "404" not in said] == []
        kept = "document.cookie + document.referrer + localStorage.length + sessionStorage.length"
        assert await tab.js(kept) == "00", "no trace of the secret but the URL"


async def test_it_is_worked_by_the_keyboard_alone(home: Path, tmp_path: Path) -> None:
    async with opened(home, tmp_path / "profile", original="".join(f"line {n}\n" for n in range(500))) as (
        tab,
        *_,
    ):
        order = []
        for _ in range(7):
            await tab.press("Tab")
            order.append(await focused(tab))
            assert await tab.js("getComputedStyle(document.activeElement).outlineStyle !== 'none'"), order
        assert order[:5] == ["Skip to content", "headroom", "pause", "range-day", "talk-s1.c1"]
        assert order[5:] == ["The same as a table", "The same as a table"]
        await tab.press("Enter")
        assert await tab.until("document.querySelectorAll('details[open] table').length") == 1
        await tab.js("document.querySelector('#range-day').focus()")
        await tab.press("ArrowRight")
        await tab.until("document.querySelector('#lead').textContent.includes('7 days')")
        assert await focused(tab) == "range-week"
        await tab.press("Tab")
        assert await focused(tab) == "talk-s1.c1"
        await tab.press("Enter")
        await tab.until(READY["#/c/s1.c1"] + " !== null")
        assert await focused(tab) == "title"
        steps = 0
        while await focused(tab) != "block-1":
            await tab.press("Tab")
            steps += 1
            assert steps < 10
        await tab.press("Enter")
        await tab.until(READY["#/c/s1.c1/1"] + " !== null")
        assert await focused(tab) == "title"
        while await tab.js("document.activeElement.tagName") != "PRE":
            await tab.press("Tab")
            steps += 1
            assert steps < 20
        await tab.press("ArrowDown")
        await tab.until("document.activeElement.scrollTop > 0")
        await tab.js("history.back()")
        await tab.until(READY["#/c/s1.c1"] + " !== null")


async def test_what_is_drawn_anew_keeps_the_keyboards_place(home: Path, tmp_path: Path) -> None:
    async with opened(home, tmp_path / "profile") as (tab, _, log):
        await tab.js("document.querySelector('#talk-s1\\\\.c1').focus()")
        await tab.js("document.querySelector('#talk-s1\\\\.c1').dataset.old = 'yes'")
        grow(log, 3)
        await tab.until("document.querySelector('#talk-s1\\\\.c1').dataset.old === undefined")
        assert await focused(tab) == "talk-s1.c1"


def grow(log: Path, n: int) -> None:
    with log.open("ab") as file:
        file.write(lines(event._replace(t=event.t - T0 + time.time()) for event in exchange(n)))


async def test_more_conversations_than_fit_are_shown_when_they_are_asked_for(home: Path, tmp_path: Path) -> None:
    """And stay so while figures change; none of 200 takes the page's other parts out of reach."""
    async with opened(home, tmp_path / "profile") as (tab, *_):
        many = (
            event._replace(conversation=f"c{number:04}", t=time.time() - number)
            for number in range(2, 200)
            for event in exchange(number)[:1]
        )
        (home / "sessions" / "s2.jsonl").write_bytes(lines(many))
        count = "document.querySelectorAll('[id^=talk-]').length"
        button = "document.querySelector('#all-talks')"
        await tab.until(f"{button}?.textContent", lambda told: told == "Show 40 more")
        assert await tab.js(count) == 10
        await tab.js(f"{button}.focus()")
        await tab.press("Enter")
        assert await tab.until(count, lambda shown: shown == 50)
        assert await focused(tab) == "all-talks"
        assert await tab.js(f"{button}.ariaExpanded") == "true"
        assert await tab.js("document.body.textContent.includes('149 older ones are not listed.')")
        grow(home / "sessions" / "s1.jsonl", 3)
        await tab.until(REQUESTS, lambda told: told == "201")
        assert await tab.js(count) == 50
        await tab.press("Enter")
        assert await tab.until(count, lambda shown: shown == 10)
        assert tab.said == []


REQUESTS = "[...document.querySelectorAll('dt')].find(it => it.textContent === 'Requests').nextSibling.textContent"


async def test_figures_are_live_until_it_is_paused_or_hidden(home: Path, tmp_path: Path) -> None:
    async with opened(home, tmp_path / "profile") as (tab, _, log):
        assert await tab.js(REQUESTS) == "2"
        grow(log, 3)
        await tab.until(REQUESTS, lambda told: told == "3")
        assert await tab.js("document.querySelector('#lead').getAttribute('aria-live')") == "polite"
        await tab.js("document.querySelector('#pause').focus()")
        for stop, go_on in (("pause", "pause"), ("hide", "show")):
            await change(tab, stop)
            asked = len(tab.asked)
            await asyncio.sleep(2.5)
            assert len(tab.asked) == asked
            await change(tab, go_on)
            await tab.until("document.querySelector('#state').textContent === 'Live'")
        grow(log, 4)
        await tab.until(REQUESTS, lambda told: told == "4")


async def change(tab: Tab, what: str) -> None:
    if what == "pause":
        pressed = await tab.js("document.querySelector('#pause').ariaPressed")
        await tab.press("Space")
        await tab.until(f"document.querySelector('#pause').ariaPressed !== '{pressed}'")
    else:
        hidden = json.dumps(what == "hide")
        await tab.js(f"Object.defineProperty(document, 'hidden', {{value: {hidden}, configurable: true}}); 0")
        await tab.js("document.dispatchEvent(new Event('visibilitychange')); 0")


async def test_it_says_when_nobody_answers_any_more(home: Path, tmp_path: Path) -> None:
    async with opened(home, tmp_path / "profile") as (tab, server, _):
        server.stop()
        await tab.until("document.querySelector('#state').textContent.startsWith('Not connected')")
        assert await tab.js("document.querySelector('#state').getAttribute('role')") == "status"


async def test_texts_are_shown_and_never_run(home: Path, tmp_path: Path) -> None:
    async with opened(home, tmp_path / "profile", original=HOSTILE) as (tab, *_):
        await look_at(tab, "#/c/s1.c1/1")
        shown = await tab.js("document.querySelector('pre').textContent")
        assert shown == HOSTILE.replace("\u202e", "‹202E›")
        assert await tab.js("document.querySelectorAll('pre :not(del, ins)').length") == 0
        assert await tab.js("document.querySelectorAll('img, script').length") == 1, "the page's own script"
        # Even a page's script that tried would be stopped, by the browser.
        tried = "(() => { try { document.body.innerHTML = '<b>'; } catch (e) { return e.name; } })()"
        assert await tab.js(tried) == "TypeError"
        assert await tab.js("document.title") == "Block 1 – headroom"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read(scheme: str, home: Path, tmp_path: Path) -> None:
    """Contrast of 4.5 at least; no sideways scrolling at 320 pixels, nor in a window of 1280 at 200 %."""
    pictures = Path(os.environ.get("DASHBOARD_PICTURES", tmp_path))
    async with opened(home, tmp_path / "profile") as (tab, *_):
        for width, scale in ((1280, 1.0), (980, 1.0), (640, 2.0), (320, 1.0)):
            await tab.looks(scheme, width, scale=scale)
            for number, view in enumerate(VIEWS):
                await look_at(tab, view)
                found = await tab.js(CONTRAST)
                assert len(found) > 8, view
                assert [(ratio, text) for ratio, text in found if ratio < 4.5] == [], (scheme, width, view)
                assert await tab.js("document.documentElement.scrollWidth <= innerWidth"), (width, view)
                await tab.picture(pictures / f"{scheme}-{width}-{number}.png")
        assert await tab.js("document.querySelectorAll('main, header, footer, h1').length") == 4


async def test_landmarks_headings_and_tables_have_names(home: Path, tmp_path: Path) -> None:
    async with opened(home, tmp_path / "profile") as (tab, *_):
        await tab.looks("light", 320)  # where rows are laid out as blocks
        tree = (await tab.do("Accessibility.getFullAXTree"))["nodes"]
        roles = [
            (node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]
        ]
        names = {role: [name for other, name in roles if other == role] for role, _ in roles}
        assert {"main", "banner", "contentinfo"} <= set(names)
        assert "Show the" in names["group"]
        assert names["heading"][0] == "headroom"
        assert {"Conversations", "Over time", "Prompt cache", "By tool"} <= set(names["region"])
        assert all(names["table"])
        assert len(names["columnheader"]) > 6
        assert len(names["radio"]) == 3
        assert all(names["radio"] + names["button"] + names["link"])


async def test_the_proxy_serves_it_below_its_secret(home: Path, tmp_path: Path) -> None:
    """While an agent talks, its conversation appears, and each block is explained."""
    async with (
        Provider(lambda _asked, _n: Turn("ok")) as provider,
        running_proxy(provider.url, home, SECRET, **{"compress.deadline_ms": 20_000}) as proxy,
        browser(tmp_path / "profile", proxy.url + "/dashboard") as tab,
    ):
        await tab.until("document.querySelector('#lead')?.textContent === 'No requests in the last 24 hours.'")
        async with aiohttp.ClientSession() as client:
            for body in requests(conversation(["log", "short"])):
                async with client.post(proxy.url + "/v1/messages", data=body) as answer:
                    assert answer.status == 200
                    await answer.read()
        await tab.until("document.querySelectorAll('[id^=talk-]').length === 1")
        await tab.js("document.querySelector('[id^=talk-]').click()")
        await tab.until("document.querySelector('#block-1') !== null")
        await tab.js("document.querySelector('#block-1').click()")
        await tab.until(READY["#/c/s1.c1/1"] + " !== null")
        sides = await tab.js("[...document.querySelectorAll('pre')].map(it => it.textContent)")
        assert "path=/api/orders/150 " in sides[0]
        assert "lines omitted" in sides[1]
        assert len(sides[1]) < len(sides[0]) / 2
        assert "ConnectionRefusedError" in sides[1]
        assert tab.said == []
        assert not any("dashboard" in request.target for request in provider.requests)


async def test_a_proxy_without_a_secret_has_none(home: Path, tmp_path: Path) -> None:
    async with (
        Provider() as provider,
        running_proxy(provider.url, home) as proxy,
        browser(tmp_path / "profile", proxy.url + "/dashboard") as tab,
    ):
        assert "headroom dashboard" in await tab.until("document.body?.textContent")
        async with aiohttp.ClientSession() as client:
            for path in ("", "/", "/live", "/conversation?id=a", "/block?id=a&block=1"):
                async with client.get(proxy.url + "/dashboard" + path) as answer:
                    assert answer.status == 403
        assert provider.requests == []


FOREIGN = """<!doctype html><body><script>
const urls = TARGETS, got = {};
const later = ms => new Promise(done => setTimeout(done, ms));
async function read(name, way) {
  try { got[name] = await (await way()).text(); } catch (error) { got[name] = null; }
}
function put(tag, set) {
  const made = document.createElement(tag);
  Object.assign(made, set);
  document.body.append(made);
  return made;
}
async function all() {
  for (const url of urls) {
    await read("get " + url, () => fetch(url));
    await read("opaque " + url, () => fetch(url, {mode: "no-cors"}));
    for (const tag of ["img", "script", "iframe"]) put(tag, {src: url + "?" + tag});
    put("object", {data: url + "?object"});
    put("link", {rel: "stylesheet", href: url + "?link"});
    const frame = put("iframe", {name: "f" + url});
    put("a", {href: url + "?a", target: frame.name}).click();
  }
  await later(1500);
  await fetch("/done", {method: "POST", body: JSON.stringify(got)});
}
all();
</script></body>"""


async def test_a_page_of_others_that_knows_the_secret_gets_nothing(home: Path, tmp_path: Path) -> None:
    fill(home, time.time())
    async with (
        Provider() as provider,
        running_proxy(provider.url, home, SECRET) as proxy,
        relay(proxy.port) as (port, answered),
    ):
        base = f"http://127.0.0.1:{port}/s/{SECRET}/dashboard"
        urls = [base, base + "/live", base + "/block?id=s1.c1&block=1"]
        got = await visit(FOREIGN.replace("TARGETS", json.dumps(urls)), tmp_path / "profile")
        statuses = [int(status) for status in STATUS.findall(answered)]
        assert provider.requests == []
    assert len(got) == len(urls) * 2
    assert set(got.values()) <= {None, ""}
    assert len(statuses) >= len(urls) * 4
    assert set(statuses) == {403}
