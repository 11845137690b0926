from __future__ import annotations

import html5lib
import pytest

from aggregator.model.digest import Digest
from aggregator.render.page import digest_page
from tests.unit.render import sample


@pytest.mark.parametrize("digest", [sample.ferry(), sample.hostile(), sample.empty()])
def test_a_strict_parser_finds_no_error(digest: Digest) -> None:
    html5lib.HTMLParser(strict=True).parse(digest_page(digest))


def test_what_the_page_says_of_a_story() -> None:
    page = digest_page(sample.ferry())
    for words in (
        "Ferry runs aground off Skerry Point",
        "6 outlets, 3 independent texts",
        "3 copies of the AFP text",
        "Ida Strand/AFP",
        "1 new",
        "Captain had reported fog",
    ):
        assert words in page


def test_nothing_hostile_becomes_markup_or_link() -> None:
    tree = html5lib.parse(digest_page(sample.hostile()), namespaceHTMLElements=False)
    assert tree.findall(".//script") == []
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not str(name).startswith("on")
            if name in ("href", "src"):
                assert value.startswith(("https://", "#"))
    titles = ["".join(heading.itertext()).strip() for heading in tree.iter("h2")]
    assert '<script>alert("title")</script>' in titles
