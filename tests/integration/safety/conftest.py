"""A fetcher that asks no name server, for the tests of safety."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions

OPTIONS = FetchOptions(allow_private_networks=("127.0.0.1/32", "127.0.0.2/32"))
SHORT = timedelta(seconds=0.3)


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(OPTIONS, resolve=without_dns)
    yield fetcher
    await fetcher.aclose()


async def without_dns(host: str, port: int) -> list[str]:
    """The system's reading of numbers in any spelling and of localhost, with no server asked."""
    flags = 0 if host.lower().strip(".") == "localhost" else socket.AI_NUMERICHOST
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [str(answer[4][0]) for answer in found]
