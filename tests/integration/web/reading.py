"""Reads answers as a browser would: strictly."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import html5lib
import httpx


def page(answer: httpx.Response, status: int = 200) -> ET.Element:
    """The page as a tree; a parse error of any kind fails the test."""
    assert answer.status_code == status, answer.text[:2000]
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: ET.Element = parser.parse(answer.text)
    return tree


def words(tree: ET.Element | None) -> str:
    """What can be read there, with single spaces."""
    assert tree is not None
    return " ".join("".join(tree.itertext()).split())


def token(answer: httpx.Response) -> str:
    """The form token of a page."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', answer.text)
    assert found
    return found[1]
