"""The exchange form: what is written fits the schema, and comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cli import run
from aggregator.errors import InputError
from aggregator.model.article import Article, Enclosure, Image, Outlet, RelatedLink
from aggregator.model.entry import Entry, EntrySource, FeedDocument, Media, Text
from aggregator.model.feed import Feed
from aggregator.normalise.entry import normalise
from aggregator.normalise.exchange import read_article_json
from aggregator.render.exchange import article_json
from aggregator.render.schemas import article_schema, schemas
from aggregator.text.words import word_count

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = (
    "id url canonical_url outlet title published_at updated_at fetched_at authors agency place "
    "image summary paragraphs related topics enclosures date_source language word_count"
)

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
instants = st.integers(0, 4 * 10**9).map(lambda s: datetime.fromtimestamp(s, UTC))
maybe = st.none() | words
articles = st.builds(
    Article,
    id=words,
    url=maybe,
    canonical_url=maybe,
    outlet=st.builds(Outlet, name=words, tagline=maybe, url=maybe, feed_url=maybe),
    title=words,
    published_at=instants,
    updated_at=st.none() | instants,
    fetched_at=instants,
    authors=st.lists(words, max_size=3).map(tuple),
    agency=maybe,
    place=maybe,
    image=st.none() | st.builds(Image, url=maybe, caption=maybe, credit=maybe),
    summary=st.none() | words.filter(bool),
    paragraphs=st.lists(words, max_size=3).map(tuple),
    related=st.lists(
        st.builds(RelatedLink, label=words, title=words, url=maybe, after=st.integers(0, 9)),
        max_size=2,
    ).map(tuple),
    topics=st.lists(words, max_size=2).map(tuple),
    enclosures=st.lists(
        st.builds(Enclosure, url=words, type=maybe, length=st.none() | st.integers(0)), max_size=2
    ).map(tuple),
    date_source=st.sampled_from(["published", "updated", "text", "fetched"]),
    language=maybe,
)


KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "null": type(None),
    "integer": int,
}


def fault(value: Any, schema: dict[str, Any], where: str = "$") -> str | None:
    """Where a value breaks a schema of the few keywords that ours use; None where it fits."""
    if "anyOf" in schema:
        faults = [fault(value, one, where) for one in schema["anyOf"]]
        return None if None in faults else faults[0]
    if "enum" in schema:
        return None if value in schema["enum"] else f"{where}: {value!r} is not allowed"
    kind = schema["type"]
    if not isinstance(value, KINDS[kind]):
        return f"{where}: {value!r} is no {kind}"
    if kind == "object":
        missing = set(schema["required"]) - set(value)
        beside = set(value) - set(schema["properties"])
        if missing or (beside and schema.get("additionalProperties") is False):
            return f"{where}: missing {missing}, beside {beside}"
        parts = [(schema["properties"].get(key), value[key], key) for key in value]
        faults = [fault(one, part, f"{where}.{key}") for part, one, key in parts if part]
        return next(filter(None, faults), None)
    if kind == "array":
        faults = [fault(one, schema["items"], f"{where}[{at}]") for at, one in enumerate(value)]
        return next(filter(None, faults), None)
    if kind == "integer" and value < schema.get("minimum", value):
        return f"{where}: {value} is too small"
    if schema.get("format") == "date-time" and not (value[10] == "T" and value.endswith("Z")):
        return f"{where}: {value!r} is no RFC 3339 instant in UTC"
    return None


@given(articles)
def test_an_article_survives_the_exchange_form(article: Article) -> None:
    line = article_json(article)
    back = read_article_json(line, fetched_at=NOW)
    assert back.word_count == word_count(article.paragraphs)
    assert article_json(back) == article_json(read_article_json(article_json(back), fetched_at=NOW))
    assert {**json.loads(line), "word_count": 0} == {
        **json.loads(article_json(back)),
        "word_count": 0,
    }


@given(articles)
def test_it_is_one_line_of_exactly_the_schemas_keys(article: Article) -> None:
    line = article_json(article)
    assert "\n" not in line
    assert list(json.loads(line)) == KEYS.split()
    assert fault(json.loads(line), article_schema()) is None


texts = st.none() | st.builds(
    Text,
    value=st.text(max_size=60) | st.sampled_from(["<p>x</p>", "<b", "&#0;", "READ: x", "A [b]"]),
    type=st.sampled_from([None, "text/plain", "text/html", "application/xhtml+xml"]),
    base=maybe,
    language=maybe,
)
media = st.lists(
    st.builds(
        Media,
        url=st.text(max_size=20) | st.just("https://i.example/a.jpg"),
        type=maybe,
        medium=maybe,
        caption=maybe,
        credit=maybe,
        width=st.none() | st.integers(-5, 5000),
        thumbnail=st.booleans(),
    ),
    max_size=2,
).map(tuple)
entries = st.builds(
    Entry,
    position=st.integers(0, 9),
    digest=st.just("d"),
    guid=maybe,
    link=st.none() | st.text(max_size=30),
    title=texts,
    summary=texts,
    contents=st.lists(texts.filter(lambda text: text is not None), max_size=2).map(tuple),
    published=maybe | st.just("2025-01-05"),
    updated=maybe,
    authors=st.lists(words, max_size=2).map(tuple),
    categories=st.lists(words, max_size=2).map(tuple),
    media=media,
    enclosures=media,
    source=st.none() | st.builds(EntrySource, title=maybe, url=maybe, feed_url=maybe),
    language=maybe,
)
documents = st.builds(
    FeedDocument,
    format=st.just("rss20"),
    title=maybe,
    subtitle=maybe,
    link=st.none() | st.text(max_size=30),
    language=maybe,
)


@settings(deadline=None, max_examples=200)
@given(entries, documents)
def test_whatever_a_feed_says_becomes_an_article_of_the_schema(
    entry: Entry, document: FeedDocument
) -> None:
    feed = Feed(url="https://feed.example/rss")
    made = normalise(entry, document, feed=feed, feed_id="f1", fetched_at=NOW)
    row = json.loads(article_json(made.article))
    assert fault(row, article_schema()) is None
    assert row["title"].strip()
    assert row["url"] is None or row["url"].startswith(("http://", "https://"))
    assert datetime.fromisoformat(row["published_at"]) <= NOW + timedelta(minutes=15)
    assert all(0 <= link["after"] <= len(row["paragraphs"]) for link in row["related"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "no JSON object"),
        ("{}", "outlet of the article is no JSON object"),
        ('{"id": "a", "outlet": {"name": "x"}}', "title of the article is missing"),
        ('{"id": 7, "outlet": {"name": "x"}, "title": "t"}', "id of the article is no text: 7"),
        ('{"id": "a", "outlet": {}, "title": "t"}', "name of outlet of the article is missing"),
        (
            '{"id": "a", "outlet": {"name": "x"}, "title": "t", "published_at": "yesterday"}',
            "published_at of the article is no RFC 3339 instant: 'yesterday'",
        ),
        (
            '{"id": "a", "outlet": {"name": "x"}, "title": "t", "paragraphs": "p"}',
            "paragraphs of the article is no list",
        ),
        (
            '{"id": "a", "outlet": {"name": "x"}, "title": "t", "date_source": "guess"}',
            "date_source is 'guess'",
        ),
        (
            '{"id": "a", "outlet": {"name": "x"}, "title": "t", "enclosures": [{"url": 1}]}',
            "url of an entry of enclosures is no text",
        ),
    ],
)
def test_a_line_that_is_no_article_says_what_is_wrong(line: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_article_json(line, fetched_at=NOW, file="in.jsonl", number=3)
    assert str(caught.value).startswith("in.jsonl:3: ")
    assert said in str(caught.value)


def test_what_may_be_missing_is_empty() -> None:
    line = '{"id": "a", "outlet": {"name": "x"}, "title": "t", "beside": 1}'
    article = read_article_json(line, fetched_at=NOW)
    assert (article.published_at, article.date_source) == (NOW, "fetched")
    assert (article.paragraphs, article.summary, article.image) == ((), None, None)


def test_half_a_surrogate_pair_becomes_a_mark() -> None:
    line = '{"id": "a", "outlet": {"name": "x"}, "title": "\\ud800\\u0000", "topics": ["\\udfff"]}'
    article = read_article_json(line, fetched_at=NOW)
    assert (article.title, article.topics) == ("\ufffd", ("\ufffd",))
    article_json(article).encode()


def test_the_command_prints_the_three_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json.dumps(schemas()))
    assert set(printed) == {"article", "story", "digest"}
    assert run(["schema", "story"]) == 0
    assert json.loads(capsys.readouterr().out) == printed["story"]
    assert run(["schema", "feed"]) == 2
