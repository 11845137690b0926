"""docs/fetching.md, safety: which addresses are refused."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.addresses import AddressGuard


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "carrier-internal"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("169.254.169.254", "link-local"),
        ("172.31.255.255", "private"),
        ("192.0.0.8", "reserved"),
        ("192.88.99.1", "6to4"),
        ("192.168.0.1", "private"),
        ("198.19.0.1", "benchmarking"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "IPv4-mapped"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("64:ff9b::7f00:1", "NAT64"),
        ("64:ff9b:1::7f00:1", "NAT64"),
        ("100::1", "reserved"),
        ("2001:0:7f00:1::", "Teredo"),
        ("2001:10::1", "reserved"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::", "6to4"),
        ("3fff::1", "documentation"),
        ("5f00::1", "reserved"),
        ("fd00::1", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
    ],
)
def test_inside_addresses_are_refused(address: str, kind: str) -> None:
    assert AddressGuard().refusal(address) == kind


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::200e"]
)
def test_public_addresses_pass(address: str) -> None:
    assert AddressGuard().refusal(address) is None


def test_the_list_lets_its_networks_pass_and_no_others() -> None:
    guard = AddressGuard(["127.0.0.0/8", "10.0.0.0/24", "fd00::/8"])
    for address in ("127.0.0.1", "10.0.0.7", "fd12::1", "::ffff:127.0.0.1"):
        assert guard.refusal(address) is None
    for address in ("10.0.1.7", "192.168.0.1", "::1", "fe80::1", "64:ff9b::7f00:1"):
        assert guard.refusal(address) is not None


@given(st.ip_addresses())
def test_the_guard_is_never_looser_than_the_standard_library(
    address: IPv4Address | IPv6Address,
) -> None:
    if not address.is_global or address.is_multicast:
        assert AddressGuard().refusal(str(address)) is not None


@given(st.ip_addresses(v=4))
def test_no_wrapping_of_an_address_gets_past(address: IPv4Address) -> None:
    number = int(address)
    for wrapped in (
        IPv6Address(number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | number << 80),
    ):
        assert AddressGuard().refusal(str(wrapped)) is not None
