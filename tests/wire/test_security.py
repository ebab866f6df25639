"""Who may ask the proxy, and what it leaves on the disk (FAILURES.md, class 13)."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from headroom.proxy import local_api
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider, running_provider
from tests.provider.script import Turn
from tests.wire.running import running_proxy

SECRET = "0123456789abcdef0123456789abcdef"
PATHS = (
    "/v1/messages",
    "/v1/chat/completions",
    "/v1/responses",
    "/v1beta/models/gemini-3-pro:generateContent",
    "/api/chat",
    "/model/anthropic.claude/invoke",
    "/v1/models",
    "/health",
    "/stats",
    "/dashboard",
    "/dashboard/live",
    "/",
)
FOREIGN: tuple[Mapping[str, str], ...] = (
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:80"},
    {"Host": "0.0.0.0"},
    {"Host": "[::ffff:127.0.0.1]:80"},
    {"Host": "evil.example", "X-Forwarded-Host": "127.0.0.1"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "file://"},
    {"Origin": ""},
)
BODY = list(requests(conversation(["rows", "log"])))[-1]
PLANTED = "sk-ant-api03-planted-0123456789"


async def ask(
    url: str, method: str, path: str, headers: Mapping[str, str]
) -> tuple[int, bytes, Mapping[str, str]]:
    body = b"{}" if method in {"POST", "PUT"} else None
    async with (
        aiohttp.ClientSession() as client,
        client.request(method, url + path, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, await answer.read(), answer.headers


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_who_comes_from_elsewhere_is_refused_even_with_the_secret(
    headers: Mapping[str, str], home: Path
) -> None:
    async with Provider() as provider, running_proxy(provider.url, home, SECRET) as proxy:
        for path in PATHS:
            for method in ("GET", "POST", "OPTIONS", "PUT"):
                status, body, sent = await ask(proxy.url, method, path, headers)
                assert status == 403
                assert not any(name.lower().startswith("access-control") for name in sent)
                assert SECRET.encode() not in body
        assert provider.requests == []


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "/s",
        "/s/",
        f"/s/{SECRET[:-1]}",
        f"/s/{SECRET}0",
        f"/s/{SECRET.upper()}",
        f"/S/{SECRET}",
        f"//s/{SECRET}",
        f"/x/../s/{SECRET}",
        f"/s%2F{SECRET}",
        f"/?s={SECRET}",
    ],
)
async def test_who_does_not_know_the_secret_finds_nothing(prefix: str, home: Path) -> None:
    async with Provider() as provider, running_proxy(provider.url, home, SECRET) as proxy:
        for path in PATHS:
            for method in ("GET", "POST", "OPTIONS"):
                line = f"{method} {prefix}{path} HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\n"
                assert await raw(proxy.port, f"{line}X-Secret: {SECRET}\r\n") == 404
        assert provider.requests == []


async def raw(port: int, head: str) -> int:
    """Send a request as it stands, which no client would; return the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        (f"GET http://evil.example/s/{SECRET}/v1/models HTTP/1.1\r\nHost: HERE\r\n", {403, 404}),
        (f"GET /s/{SECRET}/v1/models HTTP/1.1\r\nHost: \r\n", {400, 403}),
        (f"GET /s/{SECRET}/v1/models HTTP/1.1\r\nHost: HERE@evil.example\r\n", {400, 403}),
        (f"GET /s/{SECRET}/v1/models HTTP/1.1\r\nHost: HERE\r\nHost: evil.example\r\n", {400, 403}),
        ("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n", {400, 403, 404}),
        ("CONNECT evil.example:443 HTTP/1.1\r\nHost: HERE\r\n", {400, 403, 404}),
    ],
)
async def test_odd_requests_are_refused(head: str, statuses: set[int], home: Path) -> None:
    async with Provider() as provider, running_proxy(provider.url, home, SECRET) as proxy:
        assert await raw(proxy.port, head.replace("HERE", f"127.0.0.1:{proxy.port}")) in statuses
        assert provider.requests == []


@pytest.mark.parametrize(
    ("prefix", "headers", "status"),
    [
        ("", {}, 404),
        (f"/s/{SECRET}0", {}, 404),
        (f"/s/{SECRET}", {"Origin": "https://evil.example"}, 403),
        (f"/s/{SECRET}", {"Origin": "null"}, 403),
        (f"/s/{SECRET}", {"Host": "evil.example"}, 403),
    ],
)
async def test_a_websocket_is_no_way_around_it(
    prefix: str, headers: Mapping[str, str], status: int, home: Path
) -> None:
    async with Provider() as provider, running_proxy(provider.url, home, SECRET) as proxy:
        for path in ("/v1/responses", "/v1/realtime", "/backend-api/codex/responses", "/stats"):
            async with aiohttp.ClientSession() as client:
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await client.ws_connect(f"ws://127.0.0.1:{proxy.port}{prefix}{path}", headers=headers)
            assert refused.value.status == status
        assert provider.requests == []


NAMING = ("x-headroom-base-url", "x-anthropic-base-url", "x-upstream", "x-forwarded-host", "forwarded")


async def test_nobody_can_name_another_upstream(home: Path) -> None:
    async with (
        Provider() as evil,
        Provider([Turn("hi")]) as provider,
        running_proxy(provider.url, home, SECRET) as proxy,
        aiohttp.ClientSession() as client,
        client.post(proxy.url + "/v1/messages", data=BODY, headers=dict.fromkeys(NAMING, evil.url)) as answer,
    ):
        assert answer.status == 200
        assert evil.requests == []
        assert len(provider.requests) == 1


async def test_our_own_answers_hold_no_content_and_change_nothing(home: Path) -> None:
    async with (
        Provider([Turn("an answer that nobody else may read")]) as provider,
        running_proxy(provider.url, home, SECRET) as proxy,
        aiohttp.ClientSession() as client,
    ):
        async with client.post(proxy.url + "/v1/messages", data=BODY, headers={"x-api-key": PLANTED}) as answer:
            assert b"nobody" in await answer.read()
        for method, path in local_api.ROUTES:
            assert method == "GET"
            async with client.get(proxy.url + path) as answer:
                said = await answer.text()
            assert json.loads(said)
            assert [text for text in ("nobody", PLANTED, "order-", SECRET) if text in said] == []


FAKE = """#!{python}
import os, sys, urllib.request
key = os.environ["ANTHROPIC_API_KEY"]
body = open(sys.argv[-1], "rb").read()
for path, headers in (
    ("/v1/messages", {{"x-api-key": key}}),
    ("/v1/messages", {{"authorization": "Bearer " + key}}),
    ("/v1/messages?key=" + key, {{"x-api-key": key, "cookie": "session=" + key}}),
    ("/v1/models?key=" + key, {{"x-api-key": key}}),
):
    request = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + path, headers=headers)
    request.data = body if "messages" in path else None
    try:
        print(urllib.request.urlopen(request, timeout=60).status)
    except urllib.error.HTTPError as error:
        print(error.code)
"""


def test_a_session_under_umask_0_leaves_files_for_the_owner_alone_and_no_key(tmp_path: Path) -> None:
    home, state, temporary = tmp_path / "home", tmp_path / "state", tmp_path / "tmp"
    for folder in (home, temporary, tmp_path / "bin"):
        folder.mkdir()
    (tmp_path / "body").write_bytes(BODY)
    fake = tmp_path / "bin" / "claude"
    fake.write_text(FAKE.format(python=sys.executable))
    fake.chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with running_provider(lambda _asked, _n: Turn("hi")) as provider:
        environ |= {
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "HEADROOM_HOME": str(state),
            "HEADROOM_CONFIG": str(tmp_path / "none.toml"),
            "HEADROOM_COMPRESS_DEADLINE_MS": "20000",
            "ANTHROPIC_API_KEY": PLANTED,
            "ANTHROPIC_BASE_URL": provider.url,
        }
        argv = [sys.executable, "-m", "headroom_cli", "wrap", "--json", "claude", "--", str(tmp_path / "body")]
        done = subprocess.run(argv, env=environ, capture_output=True, text=True, timeout=100, umask=0, cwd=home)
        assert done.stdout.splitlines()[:3] == ["200"] * 3, done.stderr
        assert len(provider.requests) == 4
        assert any(PLANTED in str(request.headers) for request in provider.requests)
    assert PLANTED not in done.stderr
    written = [path for path in state.rglob("*") if not path.is_symlink()]
    assert any("originals" in path.parts and path.is_file() for path in written), "originals were kept"
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (state, *written)}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
    everywhere = [*written, *temporary.rglob("*"), *home.rglob("*")]
    assert [path for path in everywhere if path.is_file() and PLANTED.encode() in path.read_bytes()] == []
