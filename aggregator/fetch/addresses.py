"""Which network addresses may be dialled.

The guard judges the number a connection is about to be made to, never the text of an address:
``0x7f.1``, ``2130706433``, ``localhost`` and a rebinding resolver's answer all arrive here as
127.0.0.1. `ipaddress.is_global` alone is not enough: it lets NAT64, 6to4 and site-local
addresses pass, each of which reaches inside some network.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

EVERYWHERE = ("0.0.0.0/0", "::/0")
"""Lets every address pass: for a proxy, which a person has chosen."""

# IANA's special-purpose registries (RFC 6890 and its updates), multicast and class E.
_REFUSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(block), kind)
    for block, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-internal"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

# IPv6 is refused unless it is global unicast (2000::/3); the names are for the message only.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_REFUSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(block), kind)
    for block, kind in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)


class AddressGuard:
    """Says which addresses are refused; ``allowed`` are CIDR blocks it lets pass all the same.

    >>> AddressGuard().refusal("127.0.0.1")
    'loopback'
    >>> AddressGuard(["127.0.0.0/8"]).refusal("127.0.0.1") is None
    True
    """

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        self._allowed: tuple[Network, ...] = tuple(
            ip_network(block, strict=False) for block in allowed
        )

    def refusal(self, address: str) -> str | None:
        """What kind of address this is, if it may not be dialled; None if it may.

        ``address`` is numeric, as a resolver gives it: a zone (``fe80::1%eth0``) may follow.
        """
        number = ip_address(address.partition("%")[0])
        if self._lets_pass(number):
            return None
        if isinstance(number, IPv4Address):
            return next((kind for block, kind in _REFUSED_V4 if number in block), None)
        kind = next((kind for block, kind in _REFUSED_V6 if number in block), None)
        return kind or (None if number in _GLOBAL_UNICAST else "reserved")

    def _lets_pass(self, number: Address) -> bool:
        # Dialling ::ffff:127.0.0.1 is dialling 127.0.0.1: one entry in the list stands for both.
        mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
        return any(
            form.version == block.version and form in block
            for form in (number, mapped)
            if form is not None
            for block in self._allowed
        )
