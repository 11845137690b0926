"""Which encoding a document is in, rightly declared, wrongly, or not at all."""

from __future__ import annotations

from encodings.aliases import aliases

import pytest

from aggregator.parse.decoding import decode
from aggregator.parse.document import parse_document
from tests import hostile

SAMPLES = (
    "plain",
    "Größe café",
    "Новости",
    "Ελλάδα",
    "港口新闻",
    "港のニュース",
    "항구",
    "ข่าว",
    "שלום",
)


def test_every_codec_of_python_is_read_where_a_document_declares_it() -> None:
    read = set()
    for codec in sorted(set(aliases.values())):
        for sample in SAMPLES:
            text = (
                f'<?xml version="1.0" encoding="{codec}"?><rss version="2.0"><channel><item>'
                f"<title>{sample}</title></item></channel></rss>"
            )
            try:
                body = text.encode(codec)
            except (LookupError, UnicodeError):
                continue  # not on this platform, no codec of text, or without these letters
            title = parse_document(body).entries[0].title
            assert title is not None
            assert title.value == sample, codec
            read.add(codec)
    assert len(read) > 80


def test_declarations_are_believed_only_as_far_as_the_bytes_bear_them_out() -> None:
    for name, body, expected in hostile.odd_encodings():
        title = parse_document(body).entries[0].title
        assert title is not None, name
        assert title.value == expected, name


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding"),
    [
        ("é".encode(), "text/xml; charset=iso-8859-1", "é", "utf-8"),
        ("é".encode("cp1252"), 'text/xml; charset="UTF-8"', "é", "cp1252"),
        ("я".encode("cp1251"), "application/rss+xml;charset=windows-1251", "я", "cp1251"),
        ("ä\ufffdöü".encode().replace(b"\xef\xbf\xbd", b"\xff"), None, "ä\ufffdöü", "utf-8"),
        ("日本語".encode()[:-1], None, "日本", "utf-8"),
        (
            "Größe, ñandú ".encode() + b"caf\xe9 \x93na\xefve\x94.",
            None,
            "Größe, ñandú café “naïve”.",
            "utf-8",
        ),
        (
            "Größe, ñandú ".encode() + b"\xdcber caf\xc3... \x80",
            None,
            "Größe, ñandú Über caf\ufffd... ",
            "utf-8",
        ),
        ("<a>".encode("utf-16")[:-1], None, "<a", "utf-16-le"),
        (b"\xff\xfea\x00b\x00", None, "ab", "utf-16-le"),
        (b"plain", "text/xml; charset=punycode", "plain", "utf-8"),
        (b"plain", "text/xml; charset=base64", "plain", "utf-8"),
        (b"", None, "", "utf-8"),
    ],
)
def test_decode(body: bytes, content_type: str | None, text: str, encoding: str) -> None:
    decoded = decode(body, content_type)
    assert decoded.text == text
    assert decoded.encoding == encoding


def test_what_was_mended_is_said() -> None:
    assert decode("é".encode(), "text/xml; charset=iso-8859-1").problems == (
        "declared as iso-8859-1, read as utf-8",
    )
    assert decode("ääää".encode() + b"\xff").problems == (
        "1 broken bytes in UTF-8 text were read as Windows-1252 or replaced",
    )
