"""An httpx transport that opens one guarded connection a request.

A poller asks a host once an hour, so a pool of idle connections would be memory and no speed;
httpx's own pool also costs time that grows with its size, and a request cancelled while waiting
for it leaves it short of a place for good. One connection a request has none of that.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator
from typing import cast

import httpcore
import httpx

from aggregator.fetch.options import ClientCertificate, FetchOptions
from aggregator.fetch.reasons import explained


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends each request over a connection of its own, dialled by ``backend``.

    Raises `FetchError` and its kinds, not httpx's errors: the reason is read where it is known.
    """

    def __init__(self, options: FetchOptions, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend
        self._proxy = options.proxy
        self._http2 = options.http2
        self._ca_file = options.ca_file
        self._certificates = options.client_certificates
        self._contexts: dict[str | None, ssl.SSLContext] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The server's answer with its body still to be read; closing it hangs up."""
        host = request.url.host
        connection = self._connection(request)
        try:
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

    def _connection(
        self, request: httpx.Request
    ) -> httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy:
        secure = request.url.scheme == "https"
        context = self._context(request.url.host) if secure else None
        if self._proxy is not None:
            proxy = httpx.Proxy(self._proxy)
            return httpcore.AsyncHTTPProxy(
                proxy_url=str(proxy.url),
                proxy_auth=proxy.raw_auth,
                ssl_context=context,
                max_connections=1,
            )
        return httpcore.AsyncHTTPConnection(
            origin=httpcore.Origin(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port or (443 if secure else 80),
            ),
            ssl_context=context,
            http2=self._http2,
            network_backend=self._backend,
        )

    def _context(self, host: str) -> ssl.SSLContext:
        """One TLS context for all hosts (making one costs 45 ms), bar those we show ours to."""
        certificate = self._certificates.get(host)
        key = host if certificate else None
        if key not in self._contexts:
            self._contexts[key] = _tls_context(self._ca_file, certificate)
        return self._contexts[key]


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
        connection: httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy,
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
