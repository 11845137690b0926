"""Our way of driving expat gives what feedparser's own way through ``xml.sax`` gives."""

from __future__ import annotations

import io
import xml.sax
from pathlib import Path
from typing import Any
from xml.sax.handler import feature_namespaces

import pytest

from aggregator.model.entry import FeedDocument
from aggregator.parse import xmlfeed
from aggregator.parse.document import parse_document
from aggregator.parse.expat import NotWellFormed
from tests import hostile

DATA = Path(__file__).parents[2] / "data" / "feeds"


class SaxDriver:
    """The reference: feedparser's handlers behind the standard library's SAX reader."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser

    def read(self, text: str) -> None:
        source = xml.sax.xmlreader.InputSource()
        source.setByteStream(io.BytesIO(text.encode()))
        source.setEncoding("utf-8")
        reader = xml.sax.make_parser()
        reader.setFeature(feature_namespaces, True)
        reader.setContentHandler(self._parser)
        reader.setErrorHandler(self._parser)
        try:
            reader.parse(source)
        except xml.sax.SAXParseException as error:
            raise NotWellFormed(error.getMessage(), error.getLineNumber() or 0) from error


def both_ways(body: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[FeedDocument, FeedDocument]:
    ours = parse_document(body, url="https://here.example/feed")
    with monkeypatch.context() as patched:
        patched.setattr(xmlfeed, "ExpatDriver", SaxDriver)
        return ours, parse_document(body, url="https://here.example/feed")


@pytest.mark.parametrize("path", sorted(DATA.glob("*.xml")), ids=lambda path: path.stem)
def test_our_documents_are_read_alike(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = both_ways(path.read_bytes(), monkeypatch)
    assert ours == theirs


@pytest.mark.parametrize("name", ["deep_nesting_in_content", "many_links", "half_references"])
def test_harmful_documents_are_read_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = both_ways(hostile.HARMFUL[name](), monkeypatch)
    assert ours == theirs


def test_real_feeds_are_read_alike(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    for path in sorted((shared_data / "feeds" / "real").iterdir()):
        body = path.read_bytes()
        if len(body) < 150_000 and not body.startswith(b"{"):
            ours, theirs = both_ways(body, monkeypatch)
            assert ours == theirs, path.name
            compared += 1
    assert compared > 30
