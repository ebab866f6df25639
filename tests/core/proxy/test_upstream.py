"""The connection to the provider: trust, the user's own proxy, and nothing added."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from headroom.proxy.upstream import Upstream, trust_store, user_proxy


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a CA of our own (ca.pem) and a certificate for 127.0.0.1 (server.pem, server.key)."""
    folder = tmp_path_factory.mktemp("ca")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "v3.cnf").write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    for name in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                "-days", "2", "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl(
        "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=x"
    )
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "server.pem", "-days", "2", "-extfile", "v3.cnf")  # fmt: skip
    return folder


async def fetch(url: str) -> bytes:
    upstream = Upstream(url, 5, 5)
    try:
        async with await upstream.request("GET", "/x", [], None) as response:
            return await response.read()
    finally:
        await upstream.close()


@pytest.mark.parametrize(
    ("environ", "is_trusted"),
    [
        ({"SSL_CERT_FILE": "ca.pem"}, True),
        ({"REQUESTS_CA_BUNDLE": "ca.pem"}, True),
        ({"NODE_EXTRA_CA_CERTS": "ca.pem"}, True),
        ({"SSL_CERT_FILE": "other.pem", "NODE_EXTRA_CA_CERTS": "ca.pem"}, True),
        ({"SSL_CERT_FILE": "other.pem"}, False),
        ({}, False),
    ],
)
async def test_a_company_authority_is_trusted_where_it_is_named(
    environ: dict[str, str], is_trusted: bool, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.delenv(name, raising=False)
    for name, file in environ.items():
        monkeypatch.setenv(name, str(authority / file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem", authority / "server.key")
    app = web.Application()
    app.router.add_get("/x", _hello)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    try:
        if is_trusted:
            assert await fetch(url) == b"hello"
        else:
            with pytest.raises(OSError, match=r"CERTIFICATE_VERIFY_FAILED|certificate"):
                await fetch(url)
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)


async def _hello(_: web.Request) -> web.Response:
    return web.Response(body=b"hello")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"REQUESTS_CA_BUNDLE=.*none.pem"):
        trust_store({"REQUESTS_CA_BUNDLE": str(tmp_path / "none.pem")})


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://api.anthropic.com", {}, None),
        ("https://api.anthropic.com", {"HTTPS_PROXY": "http://corp:3128"}, "http://corp:3128"),
        ("https://api.anthropic.com", {"https_proxy": "http://u:p@corp:3128"}, "http://u:p@corp:3128"),
        ("https://api.anthropic.com", {"HTTPS_PROXY": "http://corp", "NO_PROXY": "anthropic.com"}, None),
        ("https://api.anthropic.com", {"HTTPS_PROXY": "http://corp", "NO_PROXY": "*"}, None),
        ("http://127.0.0.1:8080", {"HTTP_PROXY": "http://corp", "NO_PROXY": "127.0.0.1"}, None),
        ("http://127.0.0.1:8080", {"HTTP_PROXY": "http://corp"}, None),
        ("https://localhost:8080", {"HTTPS_PROXY": "http://corp"}, None),
        ("http://[::1]:8080", {"HTTP_PROXY": "http://corp"}, None),
    ],
)
def test_the_users_own_proxy_is_asked(
    url: str, environ: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert user_proxy(URL(url)) == (URL(proxy) if proxy else None)


async def test_requests_go_through_the_users_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def proxy(request: web.BaseRequest) -> web.Response:
        seen.append(str(request.url))
        return web.Response(body=b"through")

    runner = web.ServerRunner(web.Server(proxy))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{runner.addresses[0][1]}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert await fetch("http://provider.invalid") == b"through"
    assert seen == ["http://provider.invalid/x"]
    await runner.cleanup()
