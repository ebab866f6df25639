"""The connection to the provider: one pooled session, the system's trust store, the user's own proxy."""

import os
import socket
import ssl
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from weakref import WeakSet

import aiohttp
from aiohttp.connector import Connection
from multidict import CIMultiDict
from yarl import URL

from headroom.proxy.headers import Headers

_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NO_AUTO_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
_STALE = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)

Body = bytes | aiohttp.StreamReader | None


class Pool:
    """The connections to all providers, by base URL.

    Raises OSError when a certificate file that the environment names cannot be read.
    """

    def __init__(self, connect_timeout_s: float, idle_timeout_s: float, base_urls: Iterable[str] = ()) -> None:
        self._connect_timeout_s = connect_timeout_s
        self._idle_timeout_s = idle_timeout_s
        self._upstreams: dict[str, Upstream] = {}
        for base_url in base_urls:
            self._at(base_url)

    async def request(
        self, base_url: str, method: str, path: str, headers: Headers, body: Body
    ) -> aiohttp.ClientResponse:
        """Send a request to one of them; see `Upstream.request`."""
        return await self._at(base_url).request(method, path, headers, body)

    async def socket(
        self, base_url: str, path: str, headers: Headers, protocols: Sequence[str]
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket to one of them. Raises aiohttp.WSServerHandshakeError, and as `request`."""
        return await self._at(base_url).socket(path, headers, protocols)

    async def close(self) -> None:
        """Close all connections."""
        for upstream in self._upstreams.values():
            await upstream.close()

    def _at(self, base_url: str) -> "Upstream":
        if base_url not in self._upstreams:
            self._upstreams[base_url] = Upstream(base_url, self._connect_timeout_s, self._idle_timeout_s)
        return self._upstreams[base_url]


class Upstream:
    """One provider at a base URL: scheme://host[:port][/prefix].

    Args:
        base_url: the client's path and query are appended to it as they came.
        connect_timeout_s: for a new connection.
        idle_timeout_s: how long a response may be silent; there is no limit to the whole.

    Raises OSError when a certificate file that the environment names cannot be read.
    """

    def __init__(self, base_url: str, connect_timeout_s: float, idle_timeout_s: float) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout_s, sock_read=idle_timeout_s)
        self._proxy = user_proxy(URL(self.base_url))
        is_tls = self.base_url.startswith("https:")
        self._tls: ssl.SSLContext | bool = trust_store(os.environ) if is_tls else True
        self._session: aiohttp.ClientSession | None = None

    async def request(self, method: str, path: str, headers: Headers, body: Body) -> aiohttp.ClientResponse:
        """Send a request and return its response, to be used as a context: its end closes what is unread.

        A pooled connection that the provider has closed meanwhile is replaced once, before any byte was
        answered. Nothing else is tried again.

        Raises:
            aiohttp.ClientError, TimeoutError: no response.
        """
        url = URL(self.base_url + path, encoded=True)
        try:
            return await self._send(method, url, headers, body)
        except _STALE:
            if not _WAS_POOLED.get() or isinstance(body, aiohttp.StreamReader):
                raise
            return await self._send(method, url, headers, body)

    async def socket(
        self, path: str, headers: Headers, protocols: Sequence[str]
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket, whose messages may be of any size. Raises as `Pool.socket`."""
        return await self._open().ws_connect(
            URL(self.base_url + path, encoded=True),
            headers=CIMultiDict(headers),
            protocols=protocols,
            proxy=self._proxy,
            max_msg_size=0,
            autoping=False,
            autoclose=False,
        )

    async def close(self) -> None:
        """Close the pool."""
        if self._session:
            await self._session.close()

    async def _send(self, method: str, url: URL, headers: Headers, body: Body) -> aiohttp.ClientResponse:
        return await self._open().request(
            method,
            url,
            headers=CIMultiDict(headers),
            data=body,
            allow_redirects=False,
            proxy=self._proxy,
            skip_auto_headers=_NO_AUTO_HEADERS,
        )

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = _Connector(
                limit=0,
                ttl_dns_cache=60,
                keepalive_timeout=60,
                ssl=self._tls,
                socket_factory=_socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=1 << 18,
                max_line_size=1 << 16,
                max_field_size=1 << 16,
            )
        return self._session


_WAS_POOLED: ContextVar[bool] = ContextVar("was_pooled", default=False)
"""Whether the task's latest connection had been used before: only such a one may have died unnoticed."""


class _Connector(aiohttp.TCPConnector):
    """Notes whether a connection comes from the pool. (Tracing tells it too, at a cost in every request.)"""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._known: WeakSet[object] = WeakSet()

    async def connect(self, *arguments: Any, **options: Any) -> Connection:
        connection = await super().connect(*arguments, **options)
        _WAS_POOLED.set(connection.protocol in self._known)
        self._known.add(connection.protocol)
        return connection


def _socket(address: Any) -> socket.socket:
    """Make a socket that notices a dead peer: a long silent answer is otherwise not told from a lost one."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", 30),
        ("TCP_KEEPALIVE", 30),
        ("TCP_KEEPINTVL", 10),
        ("TCP_KEEPCNT", 3),
    ):
        if hasattr(socket, name):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return made


def trust_store(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return a TLS context with the system's roots and those that the usual variables name, on top.

    Raises:
        OSError: a named file cannot be read; the message names variable and file.
    """
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # SSL_CERT_FILE takes OpenSSL's own default away; a company's CA is meant to be added.
    builtin = ssl.get_default_verify_paths()
    if Path(builtin.openssl_cafile).is_file():
        context.load_verify_locations(cafile=builtin.openssl_cafile)
    if Path(builtin.openssl_capath).is_dir():
        context.load_verify_locations(capath=builtin.openssl_capath)
    for name in _CA_VARIABLES:
        place = environ.get(name)
        if not place:
            continue
        try:
            if Path(place).is_dir():
                context.load_verify_locations(capath=place)
            else:
                context.load_verify_locations(cafile=place)
        except OSError as error:
            raise OSError(f"{name}={place}: {error.strerror or 'not a certificate file'}") from None
    return context


def user_proxy(url: URL) -> URL | None:
    """Return the HTTP proxy that the user's environment names for this host (HTTPS_PROXY, NO_PROXY).

    A provider on this machine is never asked for through one: its proxy would look on a machine of its own.
    """
    if url.host in _LOOPBACK:
        return None
    bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed lacks it
    if bypass(f"{url.host}:{url.port}"):
        return None
    named = urllib.request.getproxies_environment().get(url.scheme)
    return URL(named) if named else None
