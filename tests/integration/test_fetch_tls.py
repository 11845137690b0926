"""docs/fetching.md: TLS failure: no retry without checking; the reason in words."""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import DeadlinePassed, FetchError
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import ClientCertificate, FetchOptions
from aggregator.model.poll import FetchRequest
from tests.integration.servers import Authority, ScriptedServer, reply


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def options(authority: Authority, tmp_path: Path) -> FetchOptions:
    bundle = tmp_path / "ca.pem"
    authority.ca.cert_pem.write_to_path(str(bundle))
    return FetchOptions(allow_private_networks=("127.0.0.0/8",), ca_file=bundle)


async def fetch(options: FetchOptions, tls: ssl.SSLContext) -> tuple[int, list[bool]]:
    """The status, and for each connection the server saw whether a request came over it."""
    async with ScriptedServer(tls=tls) as server:
        server.script("/", reply(b"x"))
        fetcher = HttpFetcher(options)
        try:
            answer = await fetcher.fetch(FetchRequest(url=server.url("/")))
        finally:
            await fetcher.aclose()
            assert len(server.seen) <= 1
        return answer.status, [True] * len(server.seen)


async def test_a_good_certificate_is_accepted(authority: Authority, options: FetchOptions) -> None:
    assert await fetch(options, authority.context("127.0.0.1")) == (200, [True])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("expired", "the certificate of 127.0.0.1 has expired"),
        ("name", "made out to another name"),
        ("issuer", "an issuer nobody here knows|self-signed"),
    ],
)
async def test_a_bad_certificate_is_refused_once_and_named(
    authority: Authority, options: FetchOptions, fault: str, words: str
) -> None:
    contexts = {
        "expired": lambda: authority.context("127.0.0.1", expired=True),
        "name": lambda: authority.context("other.example"),
        "issuer": lambda: Authority().context("127.0.0.1"),
    }
    async with ScriptedServer(tls=contexts[fault]()) as server:
        fetcher = HttpFetcher(options)
        with pytest.raises(FetchError, match=words):
            await fetcher.fetch(FetchRequest(url=server.url("/")))
        await fetcher.aclose()
        assert server.seen == []


async def test_plain_http_on_the_tls_port_is_named(options: FetchOptions) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        fetcher = HttpFetcher(options)
        with pytest.raises(FetchError, match="secure connection"):
            await fetcher.fetch(FetchRequest(url=f"https://127.0.0.1:{port}/"))
        await fetcher.aclose()


async def test_a_handshake_that_hangs_meets_the_deadline(options: FetchOptions) -> None:
    """And its socket is closed: warnings are errors here."""
    async with ScriptedServer() as server:
        fetcher = HttpFetcher(options)
        url = server.url("/").replace("http:", "https:")
        with pytest.raises(DeadlinePassed):
            await fetcher.fetch(FetchRequest(url=url, deadline=timedelta(seconds=0.2)))
        await fetcher.aclose()


async def test_a_client_certificate_is_shown_where_it_is_configured(
    authority: Authority, options: FetchOptions, tmp_path: Path
) -> None:
    own = authority.ca.issue_cert("me@client.example")
    pem = tmp_path / "client.pem"
    own.private_key_and_cert_chain_pem.write_to_path(str(pem))
    with_certificate = FetchOptions(
        allow_private_networks=options.allow_private_networks,
        ca_file=options.ca_file,
        client_certificates={"127.0.0.1": ClientCertificate(certificate=pem)},
    )
    demanding = authority.context("127.0.0.1", client=True)
    assert await fetch(with_certificate, demanding) == (200, [True])
    with pytest.raises(FetchError):
        await fetch(options, demanding)


async def test_one_context_serves_all_hosts(authority: Authority, options: FetchOptions) -> None:
    """Making one costs 45 ms: a certificate of our own alone is worth another."""
    tls = authority.context("127.0.0.1", "127.0.0.2")
    made: list[ssl.SSLContext] = []

    def counted(*arguments: object, **named: object) -> ssl.SSLContext:
        made.append(right(*arguments, **named))  # type: ignore[arg-type]
        return made[-1]

    right = ssl.create_default_context
    async with ScriptedServer(tls=tls) as one, ScriptedServer(host="127.0.0.2", tls=tls) as other:
        fetcher = HttpFetcher(options)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(ssl, "create_default_context", counted)
            for server in (one, other, one):
                await fetcher.fetch(FetchRequest(url=server.url("/")))
        await fetcher.aclose()
    assert len(one.seen) + len(other.seen) == 3
    assert len(made) == 1
