"""Documents spoilt at random, reproducibly: a seed names each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

_LARGEST = 24_000
_TOKENS = (
    b"<item>", b"</item>", b"<entry>", b"</entry>", b"</channel>", b"<title>", b"</title>",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE x [", b"<!ENTITY a \"b\">", b"]>", b"<?xml ",
    b"?>", b"&", b"&amp;", b"&#0;", b"&#x110000;", b"&#xD800;", b"&nbsp;", b"&a;", b"<", b">", b'"',
    b"'", b"<a", b"/>", b"\x00", b"\x1b[31m", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3",
    b"\xf0\x9f\x98\x80",
    b"\xed\xa0\x80", b" xmlns=\"http://www.w3.org/2005/Atom\"", b" xmlns:x='y'", b" xml:base='//'",
    b" xml:lang=''", b" href='javascript:alert(1)'", b"<script>alert(1)</script>", b"<media:group>",
    b"<source>", b"<content type='xhtml'>", b"<svg>", b"<image>", b"<link rel='self' href='['/>",
    b"<guid isPermaLink='true'>x</guid>", b"<pubDate>99999999999999999999</pubDate>",
    b"<pubDate>Mon, 99 Foo 0000 25:61:61 +9999</pubDate>", b"<category/>", b"{", b"}", b"[", b"]",
    b'"items":', b"null", b"1e999", b"\\ud800", b"\\u0000", b"-1", b"\r\n", b"\t", b"\x85",
    "\u2028\u202e\ufeff".encode(), "İ".encode(), b"A" * 5_000, b"<d>" * 500, b"http://[::1", b"%%%",
)  # fmt: skip
_TAG = re.compile(rb"</?[A-Za-z][\w:.-]*")
_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso-8859-1", "utf-8-sig")

Mutator = Callable[[bytes, Random, Sequence[bytes]], bytes]


def corpus(own: Path) -> list[bytes]:
    """The documents to spoil: our own, and where they are present, real ones cut to a length."""
    found = [path.read_bytes() for path in sorted(own.iterdir()) if "expected" not in path.name]
    shared = os.environ.get("AGGREGATOR_SHARED_DATA")
    folder = Path(shared) / "feeds" if shared else None
    if folder is not None and folder.is_dir():
        paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and "_expected" not in p.stem)
        found += [path.read_bytes()[:_LARGEST] for path in paths if path.suffix in ("", ".xml")]
    return found


def spoilt(seed: int, documents: Sequence[bytes]) -> bytes:
    """The spoilt document that this seed names, of these documents."""
    random = Random(seed)
    body = random.choice(documents)
    for _ in range(random.choice((1, 1, 2, 3, 5, 8, 20))):
        body = random.choice(_MUTATORS)(body, random, documents)[: 2 * _LARGEST]
    return body


def _place(body: bytes, random: Random) -> int:
    return random.randint(0, len(body))


def _span(body: bytes, random: Random) -> tuple[int, int]:
    start = _place(body, random)
    return start, min(len(body), start + random.choice((1, 2, 8, 64, 512, 4096)))


def _flip(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    spoiling = bytearray(body)
    for _ in range(random.choice((1, 1, 4, 32))):
        if spoiling:
            spoiling[random.randrange(len(spoiling))] = random.randrange(256)
    return bytes(spoiling)


def _delete(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    start, end = _span(body, random)
    return body[:start] + body[end:]


def _repeat(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    start, end = _span(body, random)
    return body[:end] + body[start:end] * random.choice((1, 2, 10)) + body[end:]


def _insert(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    at = _place(body, random)
    return body[:at] + random.choice(_TOKENS) * random.choice((1, 1, 1, 3)) + body[at:]


def _cut_off(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    return body[: _place(body, random)]


def _splice(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    other = random.choice(documents)
    start, end = _span(other, random)
    at = _place(body, random)
    return body[:at] + other[start:end] + body[at:]


def _join(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    other = random.choice(documents)
    return body[: _place(body, random)] + other[_place(other, random) :]


def _rename(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    tags = list(_TAG.finditer(body))
    if len(tags) < 2:
        return body
    one, other = random.choice(tags), random.choice(tags)
    return body[: one.start()] + other[0] + body[one.end() :]


def _untag(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    tags = list(_TAG.finditer(body))
    if not tags:
        return body
    tag = random.choice(tags)
    end = body.find(b">", tag.end())
    return body[: tag.start()] + body[end + 1 :] if end >= 0 else body


def _recode(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(random.choice(_ENCODINGS), "replace")


def _blank(body: bytes, random: Random, documents: Sequence[bytes]) -> bytes:
    start, end = _span(body, random)
    return body[:start] + b" " * (end - start) + body[end:]


_MUTATORS: tuple[Mutator, ...] = (
    _flip, _flip, _delete, _delete, _repeat, _insert, _insert, _insert, _cut_off, _splice, _join,
    _rename, _untag, _recode, _blank,
)  # fmt: skip
