"""Signatures: what the clusterer keeps of an article instead of its text."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model.instants import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The sketches of one article, with the recipe they were made by.

    ``recipe`` names scheme, seed, permutations, shingles and folding version; signatures of
    different recipes are never compared. ``copy`` and ``event`` hold little-endian uint32 MinHash
    values that datasketch's public class loads (empty where the text is too short to sketch).
    ``passages`` holds a 64-bit digest of the folded text and then little-endian uint32 hashes of
    passages sampled from it, by which a short form finds the long one.
    ``features`` holds the words of the text with their counts and standing, which the clusterer
    scores by; only the package ``similarity`` reads it. Empty where the language is not known, or
    where an older version signed: then they are read from the text.
    """

    recipe: str
    copy: bytes = b""
    event: bytes = b""
    features: bytes = b""
    passages: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedArticle:
    """What the clusterer is fed: one article in the order of arrival.

    An id it has already placed is a revision: the article stays in its story with new text.

    Attributes:
        source: the outlet key; texts of one source are each other's hard negatives.
        url: canonical address, if known.
        text: paragraphs joined by newlines, else the summary.
        published_at: None where the input gave none: then no time feature and no expiry.
        fetched_at: None where the input is a plain file.
        signature: None where it is still to be made.
    """

    id: str
    title: str
    text: str
    language: str | None = None
    source: str | None = None
    url: str | None = None
    published_at: Instant | None = None
    fetched_at: Instant | None = None
    signature: Signature | None = None
