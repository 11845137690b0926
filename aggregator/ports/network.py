"""What the program asks of the network: one address fetched, one mail delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from aggregator.model.poll import FetchAnswer, FetchRequest


class Fetcher(Protocol):
    """Gets one address over HTTP, politely and within bounds. Safe to call many times at once."""

    async def fetch(self, request: FetchRequest) -> FetchAnswer:
        """The server's answer, whatever its status.

        Raises:
            AddressRefused: the address, or a redirect's, may not be dialled.
            TooLarge: the body passed its bound, as sent or as unpacked.
            DeadlinePassed: the whole took longer than the deadline.
            HostHeld: the host said lately that nobody may call before a stated instant.
            HostBusy: it stood in line at its host for longer than its patience; another time.
            FetchError: no answer came (DNS, TLS, connection, protocol, redirect loop).
        """
        ...

    def follow(self, urls: Iterable[str]) -> None:
        """Learns which feeds are followed, to tell each host how many of them are its own."""
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...


class PageRules(Protocol):
    """Knows which pages a program may fetch (robots.txt). Safe to call many times at once."""

    async def allows(self, url: str) -> bool:
        """Whether the page's server lets this program fetch it.

        Raises:
            FetchError: the server cannot be asked just now.
        """
        ...


class Courier(Protocol):
    """Delivers a mail."""

    async def send(self, message: bytes, *, sender: str, recipients: Sequence[str]) -> None:
        """Hands an RFC 5322 message over.

        Raises:
            MailError: the mail server refused or could not be reached.
        """
        ...
