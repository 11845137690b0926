"""What is a secret in an address or a header."""

from __future__ import annotations

import pytest

from aggregator.text.secrets import gives_access, holds_secret, masked_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:hush@example.org/rss", "https://me:***@example.org/rss"),
        ("https://me:h@sh@example.org/rss", "https://me:***@example.org/rss"),
        ("https://:hush@example.org/", "https://:***@example.org/"),
        ("https://hush@example.org/rss", "https://***@example.org/rss"),
        ("http://hush@example.org/rss", "http://***@example.org/rss"),
        ("https://a.org/?x=1&access_token=hush&y=2", "https://a.org/?x=1&access_token=***&y=2"),
        ("postgresql://news:hush@db/news", "postgresql://news:***@db/news"),
    ],
)
def test_what_gives_access_is_masked(address: str, shown: str) -> None:
    assert holds_secret(address)
    assert masked_address(f"see {address} there") == f"see {shown} there"
    assert not holds_secret(shown), "what is masked is none any more"


@pytest.mark.parametrize(
    "plain",
    [
        "https://example.org:8443/@author/rss?mail=a@b.example",
        "postgresql://news@db/news",
        "write to me@example.org about https://example.org/",
        "https://example.org/watch?v=token",
    ],
)
def test_other_addresses_are_left_as_they_are(plain: str) -> None:
    assert not holds_secret(plain)
    assert masked_address(plain) == plain


def test_a_header_that_names_a_secret_holds_none() -> None:
    assert gives_access("Authorization", "Bearer hush")
    assert not gives_access("Authorization", "Bearer ${name}")
    assert not gives_access("Accept", "text/xml")
