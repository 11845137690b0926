"""Entries become articles: every field of the schema, from what feeds really say."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.model.article import Article, NormalisedEntry, RelatedLink
from aggregator.model.entry import Entry, EntrySource, FeedDocument, Media, Text
from aggregator.model.feed import Feed
from aggregator.normalise.entry import normalise
from aggregator.normalise.identity import article_id

NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)
FEED = Feed(url="https://feeds.example.net/calder")
DOCUMENT = FeedDocument(
    format="rss20",
    title="News | The Calder Herald",
    subtitle="The coast since 1961",
    link="https://www.calderherald.example/",
    language="en-gb",
)
BODY = (
    "<p>PORT CALDER (AP) — Rescuers brought everybody to safety on Tuesday after a ferry stuck.</p>"
    "<p>READ: <a href='/why'>Why the bank moves</a></p>"
    "<p>The ship was on its way from the island when its rudder failed, the ministry said.</p>"
    "<p>The post <a href='/a'>Ferry</a> appeared first on <a href='/'>The Calder Herald</a>.</p>"
)


def entry(**values: Any) -> Entry:
    given: dict[str, Any] = {
        "position": 0,
        "digest": "d",
        "guid": "g1",
        "link": "https://www.calderherald.example/a?utm_source=rss#x",
        "title": Text(value="All safe after ferry runs aground - The Calder Herald"),
        "contents": (Text(value=BODY, type="text/html"),),
        "published": "Tue, 14 Jan 2025 10:15:00 GMT",
    }
    return Entry(**(given | values))


def normalised(
    feed: Feed = FEED, document: FeedDocument = DOCUMENT, **values: Any
) -> NormalisedEntry:
    return normalise(entry(**values), document, feed=feed, feed_id="f1", fetched_at=NOW)


def article(feed: Feed = FEED, document: FeedDocument = DOCUMENT, **values: Any) -> Article:
    return normalised(feed, document, **values).article


def test_an_entry_gives_every_field() -> None:
    made = normalised(
        summary=Text(value="<b>Everybody</b> is safe."),
        updated="2025-01-14T12:00:00Z",
        authors=("desk@calderherald.example (Mira Dahl)",),
        categories=("Sea", "sea", "Traffic &amp; roads"),
        media=(Media(url="https://i.example/f.jpg", caption="The ferry [Mira Dahl]"),),
        enclosures=(Media(url="https://a.example/f.mp3", type="audio/mpeg", length=7),),
    )
    assert made.html.startswith("<p>PORT CALDER (AP)")
    assert 'href="https://www.calderherald.example/why"' in made.html
    assert (made.guid, made.entry_digest, made.outlet_key) == ("g1", "d", "calderherald.example")
    found = made.article
    assert found.url == "https://www.calderherald.example/a?utm_source=rss#x"
    assert found.canonical_url == "https://www.calderherald.example/a"
    assert found.outlet.name == "News | The Calder Herald"
    assert found.outlet.tagline == "The coast since 1961"
    assert found.outlet.url == "https://www.calderherald.example/"
    assert found.outlet.feed_url == FEED.url
    assert found.title == "All safe after ferry runs aground"
    assert found.published_at == datetime(2025, 1, 14, 10, 15, tzinfo=UTC)
    assert found.updated_at == datetime(2025, 1, 14, 12, tzinfo=UTC)
    assert (found.fetched_at, found.date_source) == (NOW, "published")
    assert found.authors == ("Mira Dahl",)
    assert (found.place, found.agency) == ("PORT CALDER", "AP")
    assert found.image is not None
    assert (found.image.url, found.image.caption, found.image.credit) == (
        "https://i.example/f.jpg",
        "The ferry",
        "Mira Dahl",
    )
    assert found.summary == "Everybody is safe."
    assert [text[:12] for text in found.paragraphs] == ["PORT CALDER ", "The ship was"]
    assert found.related == (
        RelatedLink(
            label="READ",
            title="Why the bank moves",
            url="https://www.calderherald.example/why",
            after=1,
        ),
    )
    assert found.topics == ("Sea", "Traffic & roads")
    assert [(one.url, one.type, one.length) for one in found.enclosures] == [
        ("https://a.example/f.mp3", "audio/mpeg", 7)
    ]
    assert found.language == "en-GB"
    assert found.word_count == 31


@pytest.mark.parametrize(
    ("dates", "expected", "source"),
    [
        (("Tue, 14 Jan 2025 10:15:00 GMT", None), "2025-01-14T10:15", "published"),
        (("not a date", "2025-01-15T08:00:00Z"), "2025-01-15T08:00", "updated"),
        (("2031-01-01T00:00:00Z", "2025-01-15T08:00:00Z"), "2025-01-15T08:00", "updated"),
        (("1970-01-01T00:00:00Z", None), "2025-06-30T12:00", "fetched"),
        (("0001-01-01T00:00:00Z", None), "2025-06-30T12:00", "fetched"),
        ((None, None), "2025-06-30T12:00", "fetched"),
        (("2025-06-30T12:05:00Z", None), "2025-06-30T12:05", "published"),
        (("2025-06-30T13:05:00Z", None), "2025-06-30T12:00", "fetched"),
    ],
)
def test_dates_are_believed_or_said_not_to_be(
    dates: tuple[str | None, str | None], expected: str, source: str
) -> None:
    found = article(published=dates[0], updated=dates[1])
    assert found.published_at.isoformat().startswith(expected)
    assert found.date_source == source


def test_a_date_in_the_address_or_above_the_text_is_better_than_none() -> None:
    by_link = article(published=None, link="https://herald.example/2025/03/09/a")
    assert (by_link.published_at, by_link.date_source) == (datetime(2025, 3, 9, tzinfo=UTC), "text")
    by_text = article(
        published=None,
        contents=(Text(value="<p>March 9, 2025 at 8:30 am</p><p>The road is closed.</p>"),),
    )
    assert by_text.published_at == datetime(2025, 3, 9, 8, 30, tzinfo=UTC)
    assert by_text.paragraphs == ("The road is closed.",)


def test_a_date_without_a_zone_is_the_feeds() -> None:
    feed = replace(FEED, timezone="America/New_York")
    found = article(feed, published="2025-01-14 10:15:00")
    assert found.published_at == datetime(2025, 1, 14, 15, 15, tzinfo=UTC)
    lost = article(replace(FEED, timezone="Mars/Olympus"), published="2025-01-14 10:15:00")
    assert lost.published_at == datetime(2025, 1, 14, 10, 15, tzinfo=UTC)


def test_outlets_by_config_by_source_by_site() -> None:
    source = EntrySource(title="Capital Post", url="https://capital.example/")
    made = normalised(source=source)
    assert (made.article.outlet.name, made.outlet_key) == ("Capital Post", "capital.example")
    made = normalised(replace(FEED, outlet="The Herald"), source=source)
    assert (made.article.outlet.name, made.outlet_key) == ("The Herald", "the herald")
    made = normalised(document=FeedDocument(format="rss20"))
    assert (made.article.outlet.name, made.outlet_key) == ("example.net", "example.net")


def test_the_richest_text_is_the_body_and_a_lone_summary_is_too() -> None:
    long, short = Text(value="<p>A long text about the ferry.</p>"), Text(value="A text.")
    assert article(contents=(short,), summary=long).paragraphs == ("A long text about the ferry.",)
    only = article(contents=(), summary=short)
    assert (only.paragraphs, only.summary) == (("A text.",), "A text.")
    none = article(contents=(), summary=None)
    assert (none.paragraphs, none.summary, none.word_count) == ((), None, 0)


def test_without_a_title_the_text_the_picture_or_the_address_gives_one() -> None:
    text = "The road along the coast is closed because of a landslide, " * 4
    made = article(title=None, contents=(Text(value=text),)).title
    assert made.startswith("The road along the coast is closed")
    assert made.endswith("…")
    assert len(made) <= 121
    picture = Text(value="<img src='https://i.example/a.jpg' alt='A closed road'>")
    assert article(title=None, contents=(picture,)).title == "A closed road"
    link = "https://herald.example/2025/road-is-closed.html"
    assert article(title=None, contents=(), link=link).title == "road is closed html"
    assert article(title=None, contents=(), link=None, guid="7").title == DOCUMENT.title


def test_pictures_large_before_small_and_never_portraits() -> None:
    found = article(
        media=(
            Media(url="https://i.example/small.jpg", thumbnail=True),
            Media(url="https://secure.gravatar.com/avatar/1", medium="image"),
            Media(url="https://i.example/mid.jpg", medium="image", width=300),
            Media(url="https://i.example/big.jpg", medium="image", width=900),
            Media(url="https://v.example/film.mp4", type="video/mp4"),
        )
    )
    assert found.image is not None
    assert found.image.url == "https://i.example/big.jpg"
    assert [one.url for one in found.enclosures] == ["https://v.example/film.mp4"]


def test_what_media_lack_the_body_tells() -> None:
    body = (
        "<figure><img src='https://i.example/f.jpg?w=9'><figcaption>The ferry. Photo: Jo Lee"
        "</figcaption></figure><p>The ferry. Photo: Jo Lee</p><p>It stuck on Tuesday.</p>"
    )
    found = article(contents=(Text(value=body),), media=(Media(url="https://i.example/f.jpg"),))
    assert found.image is not None
    assert (found.image.caption, found.image.credit) == ("The ferry.", "Jo Lee")
    assert found.paragraphs == ("It stuck on Tuesday.",)


def test_a_description_under_a_film_is_no_caption() -> None:
    text = "In this film we walk along the coast for three hours and look at every bridge of it."
    thumbnail = Media(url="https://i.example/t.jpg", caption=text)
    found = article(contents=(), summary=Text(value=text), media=(thumbnail,))
    assert found.paragraphs == (text,)
    assert found.image is not None
    assert found.image.caption is None


def test_the_declared_language_stands_unless_the_text_speaks_plainly_against_it() -> None:
    german = Text(
        value="<p>Die Fähre ist am Dienstag auf eine Sandbank gelaufen, alle Menschen an Bord "
        "konnten von der Küstenwache gerettet werden, teilte das Ministerium mit.</p>"
    )
    assert article(contents=(german,)).language == "de"
    assert article(contents=(german,), language="de-AT").language == "de-AT"
    assert article(title=Text(value="Ok"), contents=()).language == "en-GB"
    assert article(document=FeedDocument(format="rss20"), title=None, contents=()).language is None


def test_an_aggregators_summary_that_repeats_the_title_is_no_second_line() -> None:
    summary = Text(
        value="<ol><li><a href='https://a.example/1'>Ferry stuck</a>&nbsp;<font>Capital Post</font>"
        "</li><li><a href='https://b.example/2'>All safe</a>&nbsp;<font>Ledger</font></li></ol>"
    )
    source = EntrySource(title="Capital Post", url="https://a.example")
    title = Text(value="Ferry stuck - Capital Post")
    found = article(title=title, source=source, contents=(), summary=summary)
    assert (found.title, found.paragraphs) == ("Ferry stuck", ("All safe Ledger",))


def test_topics_are_parted_once_each_and_say_something() -> None:
    given = ("Politics, Latin America, Peru", "Arts, Culture and Film", "Uncategorized", "peru")
    found = article(categories=given).topics
    assert found == ("Politics", "Latin America", "Peru", "Arts, Culture and Film")


def test_links_that_no_page_may_follow_are_none() -> None:
    found = article(
        link="javascript:alert(1)",
        media=(Media(url="javascript:alert(1)", medium="image"),),
        enclosures=(Media(url="file:///etc/passwd", type="audio/mpeg"),),
    )
    assert (found.url, found.canonical_url, found.image, found.enclosures) == (None, None, None, ())


def test_text_said_to_be_plain_keeps_its_brackets() -> None:
    plain = Text(value="Use <b> for bold.\n\nAnd <i> for italic.", type="text/plain")
    assert article(contents=(plain,)).paragraphs == ("Use <b> for bold.", "And <i> for italic.")


def test_markup_that_was_escaped_twice_is_opened_and_talk_of_markup_is_not() -> None:
    twice = "&lt;p&gt;One &amp;amp; one.&lt;/p&gt;&lt;p class='x'&gt;Two.&lt;br/&gt;&lt;/p&gt;"
    made = normalised(contents=(), summary=Text(value=twice, type="text/html"))
    assert made.article.paragraphs == ("One & one.", "Two.")
    assert made.html == "<p>One &amp; one.</p><p>Two.<br></p>"
    for talk in (
        "The &lt;p&gt; element",
        "<p>&lt;b&gt;bold&lt;/b&gt; is bold</p>",
        "&lt;p&gt; of 3",
    ):
        assert "<" in article(contents=(), summary=Text(value=talk)).paragraphs[0]


def test_ids_are_of_guid_else_address_else_title_and_date() -> None:
    base = article_id("f1", entry())
    assert base == article_id("f1", entry(title=Text(value="Other"), link="https://x.example/"))
    assert base != article_id("f1", entry(guid="g2"))
    assert base != article_id("f2", entry())
    linked = article_id("f1", entry(guid=None))
    assert linked == article_id("f1", entry(guid=" ", title=None, published=None))
    assert linked == article_id("f1", entry(guid=None, link="https://www.calderherald.example/a"))
    assert linked != article_id("f1", entry(guid=None, link="https://www.calderherald.example/b"))
    titled = article_id("f1", entry(guid=None, link=None))
    assert titled == article_id("f1", entry(guid=None, link=None, contents=()))
    assert titled != article_id("f1", entry(guid=None, link=None, published="2025-01-15"))
    texts = [Text(value="One"), Text(value="Two")]
    bare = {"guid": None, "link": None, "title": None, "contents": ()}
    one, two = (article_id("f1", entry(**bare, summary=text)) for text in texts)
    assert one != two
    assert base.startswith("a")
    assert len(base) == 21


def test_an_id_does_not_depend_on_when_or_from_where_it_was_fetched() -> None:
    later = normalise(
        entry(),
        DOCUMENT,
        feed=replace(FEED, url="https://moved.example/feed"),
        feed_id="f1",
        fetched_at=NOW + timedelta(days=9),
    )
    assert later.article.id == article().id == article_id("f1", entry())


def test_half_a_surrogate_pair_stops_nothing() -> None:
    half = "a\ud800b"
    text = Text(value=half)
    made = normalise(
        Entry(
            position=0,
            digest="d",
            guid=half,
            link=f"https://herald.example/{half}",
            title=text,
            summary=text,
            contents=(Text(value=f"<p>{half}<img src='/{half}'>"),),
            authors=(half,),
            categories=(half,),
            published=half,
            media=(Media(url=f"https://i.example/{half}", medium="image", caption=half),),
            enclosures=(Media(url=f"https://i.example/{half}.mp3", type=half),),
            source=EntrySource(title=half, url=f"https://{half}.example/"),
            language=half,
        ),
        FeedDocument(format="rss20", title=half, subtitle=half, link=f"https://x.example/{half}"),
        feed=FEED,
        feed_id="f1",
        fetched_at=NOW,
    )
    json.dumps(asdict(made), ensure_ascii=False, default=str).encode()
    assert made.article.title == "a\ufffdb"
    assert made.article.canonical_url == "https://herald.example/a%EF%BF%BDb"
