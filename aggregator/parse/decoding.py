"""Bytes to text: which encoding a document really is in, whatever it and its server claim."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the two bytes of UTF-16's: asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (  # how a first bracket looks in encodings of two and four bytes
    (re.compile(rb"(?:[\t\n\r ]\x00{3})*[<{\[]\x00{3}"), "utf-32-le"),
    (re.compile(rb"(?:\x00{3}[\t\n\r ])*\x00{3}[<{\[]"), "utf-32-be"),
    (re.compile(rb"(?:[\t\n\r ]\x00)*[<{\[]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"(?:\x00[\t\n\r ])*\x00[<{\[]\x00[^\x00]"), "utf-16-be"),
)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in every code page of EBCDIC; its quotes differ
_DECLARED_IN_EBCDIC = re.compile(r"encoding\s*=\s*.([A-Za-z0-9._:-]{1,40})")
_SUPERSETS = {
    # What the web means by these labels (https://encoding.spec.whatwg.org/#names-and-labels).
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_REFUSED = frozenset(
    # Python's own codecs that no document is in; punycode takes quadratic time.
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# A byte beyond ASCII with none beside it. What is left of a cut character looks the same where it
# had two bytes: their first one counts only before a letter.
_LONE_BYTE = re.compile(
    rb"(?<=[\x00-\x7f])(?:[\x80-\xbf\xe0-\xfd](?=[\x00-\x7f])|[\xc0-\xdf](?=[A-Za-z]))"
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text, the codec it was read with, and what was wrong, in words."""

    text: str
    encoding: str
    problems: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text in these bytes; never fails.

    A byte order mark decides. Bytes that are valid UTF-8 beyond ASCII are UTF-8, because text in
    no other encoding looks like that by chance, while servers that claim ``iso-8859-1`` for
    everything are many. Then what the server says (RFC 7303 §3), what the document says, UTF-8
    with single bytes broken (a cut-off or spliced document) or of Windows-1252, and Windows-1252.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _replacing(body[len(mark) :], encoding)
    for pattern, encoding in _WIDE:
        if pattern.match(body, 0, 256):
            return _replacing(body, encoding)
    if body.startswith(_EBCDIC):
        return _ebcdic(body)

    said = _said(body, content_type)
    if _BEYOND_ASCII.search(body):
        text = _strictly(body, "utf-8")
        if text is not None:
            return Decoded(text, "utf-8", _contradiction(said, "utf-8"))
    for label in said:
        codec = _codec(label)
        if codec is not None and codec != "utf-8":
            text = _strictly(body, codec)
            if text is not None:
                return Decoded(text, codec, _contradiction(said, codec))
    return _guess(body, said)


def _ebcdic(body: bytes) -> Decoded:
    """The text in the code page that it declares, which its first letters are enough to read."""
    declared = _DECLARED_IN_EBCDIC.search(body[:200].decode("cp037"))
    codec = _codec(declared[1]) if declared else None
    text = _strictly(body, codec) if codec else None
    if codec and text and text.startswith("<?xml"):
        return Decoded(text, codec)
    return _replacing(body, "cp037")


def _guess(body: bytes, said: tuple[str, ...]) -> Decoded:
    """UTF-8 where most of what is beyond ASCII is valid UTF-8, else Windows-1252."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken:
        return Decoded(text, "utf-8", _contradiction(said, "utf-8"))
    # One template is in UTF-8, and a headline pasted into it in Windows-1252.
    text = _LONE_BYTE.sub(_in_cp1252, body).decode("utf-8", "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if beyond >= 2 * broken:
        problem = f"{broken} broken bytes in UTF-8 text were read as Windows-1252 or replaced"
        return Decoded(_whole(text), "utf-8", (problem,))
    text = body.decode("cp1252", "replace")
    return Decoded(text, "cp1252", _contradiction(said, "cp1252") or ("read as Windows-1252",))


def _in_cp1252(byte: re.Match[bytes]) -> bytes:
    return byte[0].decode("cp1252", "replace").encode()


def _replacing(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace")
    broken = text.count("\ufffd")
    problems = (f"{broken} broken characters in {encoding} text were replaced",) if broken else ()
    return Decoded(_whole(text), encoding, problems)


def _whole(text: str) -> str:
    """The text without what a body that is cut off in the middle of a character ends with."""
    return text.rstrip("\ufffd")


def _said(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """The encodings claimed, the server's before the document's."""
    labels = []
    charset = _CHARSET.search(content_type or "")
    if charset:
        labels.append(charset[1].lower())
    declared = _DECLARED.match(body[:512])
    if declared:
        labels.append(declared[1].decode("ascii").lower())
    return tuple(labels)


def _codec(label: str) -> str | None:
    """The codec that reads a label as the web means it; None for one that is no encoding."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    if name in _REFUSED or name.startswith(("utf-16", "utf-32")):
        return None  # wide encodings were recognised by their bytes, or are not there
    return _SUPERSETS.get(name, name)


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _contradiction(said: tuple[str, ...], used: str) -> tuple[str, ...]:
    """A complaint where what was claimed is not what the bytes are."""
    if said and _codec(said[0]) != used:
        return (f"declared as {said[0]}, read as {used}",)
    return ()
