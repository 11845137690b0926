"""Which stream an article belongs to: stories are of one language."""

from __future__ import annotations

from collections.abc import Collection


def stream_key(language: str | None, title: str, text: str, known: Collection[str]) -> str:
    """The primary subtag of the article's language; a guess where it has none."""
    del title, text
    if language:
        return language.split("-")[0].split("_")[0].lower()
    return next(iter(known), "und")
