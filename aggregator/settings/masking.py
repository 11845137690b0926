"""Keeping secrets out of what people and logs are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aggregator.model.feed import Feed
from aggregator.settings.schema import Settings, is_secret, sections
from aggregator.settings.template import toml_value
from aggregator.text.secrets import MASK, gives_access, holds_secret, masked_address


def masked(value: Any, *, secret: bool = False) -> Any:
    """The value as it may be shown: a secret as stars, an address without its password.

    >>> masked("postgresql://news:hush@db/news")
    'postgresql://news:***@db/news'
    """
    if not isinstance(value, str) or not value:
        return value
    if secret and "://" not in value:
        return MASK
    return masked_address(value)


def open_secrets(feeds: Iterable[Feed]) -> tuple[str, ...]:
    """A line for each feed whose entry in the file holds a password in clear."""
    found = []
    for feed in feeds:
        where = f"line {feed.line}: " if feed.line else ""
        if holds_secret(feed.url):
            found.append(
                f"{where}the address {masked_address(feed.url)} holds a secret in clear (the "
                "database has it sealed); AGGREGATOR_FETCH_LOGINS keeps passwords out of the file"
            )
        found += [
            f"{where}the header {name} holds a secret in clear (the database has it sealed); "
            "write ${name}, and AGGREGATOR_FETCH_SECRETS keeps it out of the file"
            for name, value in feed.headers
            if gives_access(name, value)
        ]
    return tuple(found)


def shown(settings: Settings) -> Mapping[str, str]:
    """``section.key`` → value as TOML, for people and logs: everything masked that gives access."""
    return {
        f"{section}.{key}": toml_value(masked(value, secret=is_secret(section, key)))
        for section in sections()
        for key, value in dict(getattr(settings, section)).items()
    }


def setting_differences(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """What changed between two such views, a line each; a changed secret looks the same in both."""
    return tuple(
        f"[{name.replace('.', '] ', 1)}: {old[name]} → {value}"
        for name, value in new.items()
        if name in old and old[name] != value
    )


def secret_differences(old: Settings, new: Settings) -> tuple[str, ...]:
    """The settings of which only what is masked changed, a line each."""
    before, after = shown(old), shown(new)
    return tuple(
        f"[{section}] {key}: the secret in it changed"
        for section in sections()
        for key, value in dict(getattr(old, section)).items()
        if value != getattr(getattr(new, section), key)
        and before[f"{section}.{key}"] == after[f"{section}.{key}"]
    )
