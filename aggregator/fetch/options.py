"""What a fetcher can be told at its making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """A certificate to show to a server that asks for one; PEM files."""

    certificate: Path
    key: Path | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How to fetch.

    Attributes:
        allow_private_networks: CIDR blocks that may be dialled although they are not public.
        contact: the address in the User-Agent where a feed's owner reads who polls, and why;
            empty: none is sent.
        deadline: for a request as a whole: dialling, redirects, body. Standing in a host's queue
            does not count.
        max_bytes: of a body, as sent and as unpacked.
        max_hops: redirects followed.
        connections: at once, over all hosts; four times as many more may go on slowly.
        slow_after: when a request gives its place up and goes on beside.
        per_host: connections at once to one host.
        by_domain: whether the hosts of a registrable domain share one queue (shared hosters).
        proxy: ``http://`` or ``https://`` address of a proxy for every request. The proxy resolves
            the names then: the guard sees only what is a number in some spelling, or localhost.
        proxies: by scheme, and ``no`` for what goes past them, in the form of
            `urllib.request.getproxies_environment`; ``proxy`` goes before them.
        credentials: ``user:password`` by host name, for hosts that ask for basic authentication.
        secrets: by lower-case name; a request's header names one as ``${name}``.
        client_certificates: by host name.
        ca_file: certificates of issuers to trust in place of the shipped ones.
    """

    allow_private_networks: tuple[str, ...] = ()
    contact: str = ""
    deadline: timedelta = timedelta(seconds=30)
    max_bytes: int = 15 * 1024 * 1024
    max_hops: int = 10
    connections: int = 64
    slow_after: timedelta = timedelta(seconds=3)
    per_host: int = 1
    by_domain: bool = False
    proxy: str | None = field(default=None, repr=False)
    proxies: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    credentials: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    secrets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    client_certificates: Mapping[str, ClientCertificate] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    ca_file: Path | None = None
