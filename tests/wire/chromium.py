"""A real browser, driven by the DevTools protocol: pages are opened, keys are pressed, pictures are taken.

https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import itertools
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FOUND = next((path for name in BROWSERS if (path := shutil.which(name))), None)
KEYS: Mapping[str, tuple[str, int, str]] = {
    # key -> its code, its number, and the text that it types
    "Tab": ("Tab", 9, ""),
    "Enter": ("Enter", 13, "\r"),
    "Space": ("Space", 32, " "),
    "ArrowDown": ("ArrowDown", 40, ""),
    "ArrowRight": ("ArrowRight", 39, ""),
}


class Tab:
    """A tab of a browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.said: list[str] = []
        """What the console, the log and the script's failures say."""
        self.asked: list[str] = []
        """The URLs that were asked for."""

    async def listen(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                waiting = self._waiting.pop(told["id"])
                if not waiting.done():
                    waiting.set_result(told)
            else:
                self._note(told["method"], told["params"])

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            self.said.append(json.dumps(params))
        elif method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])

    async def do(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command, and return its result."""
        told = await self._ask(method, params)
        for _ in range(200):
            # Between two pages there is nothing to run an expression in; none was run then.
            if "Cannot find default execution context" not in told.get("error", {}).get("message", ""):
                break
            await asyncio.sleep(0.05)
            told = await self._ask(method, params)
        assert "error" not in told, told
        return dict(told["result"])

    async def _ask(self, method: str, params: Mapping[str, object]) -> dict[str, Any]:
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        return await asyncio.wait_for(future, 60)

    async def js(self, expression: str) -> Any:
        """Return what an expression is, as JSON; promises are waited for."""
        told = await self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def until(self, expression: str, holds: Callable[[Any], bool] = bool) -> Any:
        """Wait until an expression is as it should be."""
        value: Any = None
        for _ in range(400):
            value = await self.js(expression)
            if holds(value):
                return value
            await asyncio.sleep(0.05)
        raise AssertionError(f"{expression} stays {value!r}; {self.said}")

    async def go(self, url: str) -> None:
        """Open a URL as if it had been typed."""
        await self.do("Page.navigate", url=url)
        await self.until("document.readyState", lambda state: state == "complete")

    async def press(self, key: str) -> None:
        """Press and release a key."""
        code, number, text = KEYS[key]
        told = {"key": " " if key == "Space" else key, "code": code, "windowsVirtualKeyCode": number}
        await self.do("Input.dispatchKeyEvent", type="keyDown", **told, **({"text": text} if text else {}))
        await self.do("Input.dispatchKeyEvent", type="keyUp", **told)

    async def looks(self, scheme: str, width: int, height: int = 900, scale: float = 1) -> None:
        """Prefer light or dark, in a window of so many CSS pixels."""
        await self.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        await self.do(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    async def picture(self, path: Path) -> None:
        """Take a picture of the whole page."""
        told = await self.do("Page.captureScreenshot", captureBeyondViewport=True)
        await asyncio.to_thread(path.write_bytes, base64.b64decode(told["data"]))


@asynccontextmanager
async def browser(profile: Path, url: str = "about:blank") -> AsyncIterator[Tab]:
    """Start a browser with a URL on its command line, as `headroom dashboard` does; yield its tab."""
    assert FOUND
    process = await asyncio.create_subprocess_exec(
        FOUND, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
        "--remote-debugging-port=0", f"--user-data-dir={profile}", url,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
    )  # fmt: skip
    try:
        port = await _port(profile / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            address = await _page(session, port)
            async with session.ws_connect(address, max_msg_size=0) as socket:
                tab = Tab(socket)
                listening = asyncio.create_task(tab.listen())
                for domain in ("Page", "Runtime", "Log", "Network"):
                    await tab.do(f"{domain}.enable")
                yield tab
                listening.cancel()
    finally:
        process.kill()
        await process.wait()


async def _port(file: Path) -> int:
    for _ in range(1200):
        if file.is_file() and (lines := file.read_text().splitlines()):
            return int(lines[0])
        await asyncio.sleep(0.05)
    raise AssertionError("the browser does not start")


async def _page(session: aiohttp.ClientSession, port: int) -> str:
    for _ in range(200):
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [target for target in await answer.json() if target["type"] == "page"]
        if pages:
            return str(pages[0]["webSocketDebuggerUrl"])
        await asyncio.sleep(0.05)
    raise AssertionError("the browser has no page")
