"""An httpx transport that opens one guarded connection a request.

A poller asks a host once an hour, so a pool of idle connections would be memory and no speed;
httpx's own pool also costs time that grows with its size, and a request cancelled while waiting
for it leaves it short of a place for good. One connection a request has none of that. (Nor is there
HTTP/2: what it saves, it saves from the second request on.)
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from typing import cast

import httpcore
import httpx

from aggregator.fetch.addresses import EVERYWHERE, AddressGuard
from aggregator.fetch.dial import GuardedBackend
from aggregator.fetch.options import ClientCertificate, FetchOptions
from aggregator.fetch.reasons import explained

Connection = httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends each request over a connection of its own, dialled by ``backend``.

    Raises `FetchError` and its kinds, not httpx's errors: the reason is read where it is known.
    """

    def __init__(self, options: FetchOptions, backend: GuardedBackend) -> None:
        self._backend = backend
        self._proxy = options.proxy
        self._proxies = options.proxies
        self._ca_file = options.ca_file
        self._certificates = options.client_certificates
        self._contexts: dict[str | None, ssl.SSLContext] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The server's answer with its body still to be read; closing it hangs up."""
        host = request.url.host
        connection = None
        try:
            connection = await self._connection(request)
            answer = await connection.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException as error:
            if connection is not None:
                await connection.aclose()
            if isinstance(error, Exception):
                raise explained(error, host) from error
            raise
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(cast("AsyncIterable[bytes]", answer.stream), connection, host),
            extensions=answer.extensions,
        )

    async def _connection(self, request: httpx.Request) -> Connection:
        secure = request.url.scheme == "https"
        context = self._context(request.url.host) if secure else None
        origin = httpcore.Origin(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port or (443 if secure else 80),
        )
        address = self._proxy_for(request.url)
        if address is not None:
            await self._backend.judge_number(origin.host.decode("ascii"))
            proxy = httpx.Proxy(address)
            return httpcore.AsyncHTTPProxy(
                proxy_url=str(proxy.url),
                proxy_auth=proxy.raw_auth,
                ssl_context=context,
                max_connections=1,
                network_backend=GuardedBackend(AddressGuard(EVERYWHERE), self._backend.resolve),
            )
        return httpcore.AsyncHTTPConnection(
            origin=origin,
            ssl_context=context,
            network_backend=self._backend,
        )

    def _proxy_for(self, url: httpx.URL) -> str | None:
        if self._proxy is not None:
            return self._proxy
        address = self._proxies.get(url.scheme) or self._proxies.get("all")
        if address is None or _goes_past(url.host, self._proxies.get("no", "")):
            return None
        return address

    def _context(self, host: str) -> ssl.SSLContext:
        """One TLS context for all hosts (making one costs 45 ms), bar those we show ours to."""
        certificate = self._certificates.get(host)
        key = host if certificate else None
        if key not in self._contexts:
            self._contexts[key] = _tls_context(self._ca_file, certificate)
        return self._contexts[key]


def _goes_past(host: str, excepted: str) -> bool:
    """Whether a host is spoken to without the environment's proxy.

    Those are the hosts that ``no_proxy`` names (itself, its domain, or ``*``), and inside
    addresses: a proxy for the way out is no help on the way in, and the guard judges them where
    they are dialled.
    """
    with suppress(ValueError):
        if AddressGuard().refusal(host) is not None:
            return True
    names = (name.strip().lower().lstrip(".") for name in excepted.split(","))
    return any(name == "*" or host == name or host.endswith("." + name) for name in names if name)


def _tls_context(ca_file: object, certificate: ClientCertificate | None) -> ssl.SSLContext:
    if ca_file is None:
        context = httpx.create_ssl_context()
    else:
        context = ssl.create_default_context(cafile=str(ca_file))
    if certificate is not None:
        context.load_cert_chain(
            certificate.certificate, certificate.key, password=certificate.password
        )
    return context


class _Body(httpx.AsyncByteStream):
    """A body on its way; its connection ends with it."""

    def __init__(
        self,
        body: AsyncIterable[bytes],
        connection: Connection,
        host: str,
    ) -> None:
        self._body = body
        self._connection = connection
        self._host = host

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._body:
                yield piece
        except Exception as error:
            raise explained(error, self._host) from error

    async def aclose(self) -> None:
        await self._connection.aclose()
