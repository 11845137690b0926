"""The folder of seeds: what it must show, and its list of feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.model.article import Article
from aggregator.normalise.textform import read_text_form
from aggregator.settings.feeds_file import read
from aggregator.settings.opml import read_opml
from aggregator.text.labels import is_label

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def seeds() -> dict[str, Article]:
    return {
        path.stem: read_text_form(path.read_bytes().decode(), fetched_at=NOW)
        for path in sorted((ROOT / "seeds").glob("*.txt"))
    }


def test_there_are_seeds_enough_and_every_one_is_another_article(
    seeds: dict[str, Article],
) -> None:
    assert len(seeds) >= 20
    assert len({article.id for article in seeds.values()}) == len(seeds)
    assert len({article.outlet.name for article in seeds.values()}) >= 5


def test_they_show_every_feature_of_the_form(seeds: dict[str, Article]) -> None:
    every = list(seeds.values())
    images = [article.image for article in every if article.image]
    assert any(article.outlet.tagline is None for article in every)
    assert any(article.image is None for article in every)
    assert any(image.caption and image.credit for image in images)
    assert any(image.caption and not image.credit for image in images)
    assert any(image.credit and not image.caption for image in images)
    assert any(article.place and article.agency for article in every)
    assert any(article.place and not article.agency for article in every)
    labels = {link.label for article in every for link in article.related}
    assert len(labels) >= 8
    assert any(not is_label(label) for label in labels)
    assert {article.language for article in every} == {"en", "de", "fr"}
    raw = [path.read_bytes() for path in (ROOT / "seeds").glob("*.txt")]
    assert any(b"\r\n" in text for text in raw)
    assert any(text.startswith(b"\xef\xbb\xbf") for text in raw)
    assert any(b"\xc2\xa0" in text for text in raw)
    assert any(text.startswith(b"clear\n") for text in raw)


def test_escapes_in_a_seed_stand_for_their_text(seeds: dict[str, Article]) -> None:
    bell = seeds["019_museum_returns_bronze_bell"]
    assert any(text.startswith("READ: these four letters") for text in bell.paragraphs)
    assert "June 19, 2025" in bell.paragraphs
    assert [(link.label, link.after) for link in bell.related] == [("On our map", 5)]


def test_the_starter_list_is_the_one_of_the_config() -> None:
    read_list = read_opml((ROOT / "seeds" / "starter.opml").read_bytes())
    configured = read(ROOT / "config" / "feeds.toml")
    assert not read_list.notes
    assert {feed.url for feed in read_list.feeds} == {feed.url for feed in configured}
    assert len(configured) >= 25
