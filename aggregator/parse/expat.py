"""expat under feedparser's handlers, without the layers of ``xml.sax`` between them.

Names are translated as feedparser's own SAX handlers translate them, but once a name and not once
an element; text arrives in one piece an element and not in one a line. The entries are the same
(`tests.unit.parse.test_expat` compares them), in under half the time.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

_CHUNK = 65_536
_BUFFER = 1_048_576
_XLINK = "http://www.w3.org/1999/xlink"
_INLINE = {  # elements whose namespace feedparser keeps when they stand in XHTML
    "math": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}


class NotWellFormed(Exception):
    """The text is no XML from some line on; ``line`` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"{reason} in line {line}")
        self.reason = reason
        self.line = line


class ExpatDriver:
    """Feeds one document to a parser of `aggregator.parse.elements`."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._tags: dict[str, str] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._declared: dict[str, str] = {}
        self._text: list[str] = []
        self._expat = expat.ParserCreate("utf-8", " ")
        self._expat.namespace_prefixes = True
        self._expat.buffer_text = True
        self._expat.buffer_size = _BUFFER
        self._expat.StartNamespaceDeclHandler = self._namespace
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text.append

    def read(self, text: str) -> None:
        """Reads the whole text, piece by piece, so that memory stays near the text's own size.

        Raises:
            NotWellFormed: expat gave up; everything before was handed to the parser.
        """
        data = text.encode("utf-8")
        try:
            for start in range(0, len(data), _CHUNK):
                self._expat.Parse(data[start : start + _CHUNK], False)
            self._expat.Parse(b"", True)
        except expat.ExpatError as error:
            raise NotWellFormed(expat.ErrorString(error.code), error.lineno) from error

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if not uri:
            return
        self._parser.track_namespace(prefix or None, uri)
        self._tags.clear()
        if prefix and uri == _XLINK:
            self._declared[f"xmlns:{prefix}"] = uri

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._text:
            self._flush()
        tag = self._tags.get(name) or self._tag(name)
        said, self._declared = self._declared, {}
        if tag.endswith(("math", "svg")):
            parts = name.split()
            if len(parts) > 1 and _INLINE.get(parts[1].lower()) == parts[0]:
                said["xmlns"] = parts[0]
        for key, value in attributes.items():
            for spelt in self._keys.get(key) or self._spelling(key):
                said[spelt] = value
        self._parser.unknown_starttag(tag, list(said.items()))

    def _end(self, name: str) -> None:
        if self._text:
            self._flush()
        self._parser.unknown_endtag(self._tags.get(name) or self._tag(name))

    def _flush(self) -> None:
        self._parser.handle_data("".join(self._text))
        self._text.clear()

    def _tag(self, name: str) -> str:
        """The name feedparser has for an element: its own prefix of the namespace, and lower case.

        expat writes a name as ``local``, ``namespace local`` or ``namespace local prefix``.
        """
        parts = name.split()
        if len(parts) == 1:
            return self._tags.setdefault(name, name.lower())
        namespace, local = parts[0], parts[1]
        prefix = self._parser._matchnamespaces.get(_canonical(namespace))
        if prefix is None:
            in_use = self._parser.namespaces_in_use.items()
            prefix = next((known for known, uri in in_use if known and uri == namespace), "")
        tag = f"{prefix}:{local}" if prefix else local
        return self._tags.setdefault(name, tag.lower())

    def _spelling(self, key: str) -> tuple[str, ...]:
        """The names of an attribute: with feedparser's prefix, and as it is written."""
        parts = key.split()
        if len(parts) == 1:
            names = [key]
        else:
            prefix = self._parser._matchnamespaces.get(parts[0].lower(), "")
            written = f"{parts[2]}:{parts[1]}" if len(parts) == 3 else parts[1]
            names = [f"{prefix}:{parts[1]}" if prefix else parts[1], written]
        return self._keys.setdefault(key, tuple(dict.fromkeys(n.lower() for n in names)))


def _canonical(namespace: str) -> str:
    lower = namespace.lower()
    if "backend.userland.com/rss" in lower:
        return "http://backend.userland.com/rss"
    return lower
