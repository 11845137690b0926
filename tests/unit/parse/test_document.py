"""The door of the parse stage: what is a feed, and what is said of anything else."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.errors import ParseError
from aggregator.model.entry import Entry
from aggregator.parse import xmlfeed
from aggregator.parse.document import parse_document
from aggregator.parse.media import MediaTree
from aggregator.parse.translation import to_entry

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Harbour Post</title><link>https://harbour.example/</link>
<item><title>One</title><guid>g1</guid><link>/one</link></item>
<item><title>Two</title><guid>g2</guid><link>/two</link></item>
</channel></rss>"""


def test_addresses_count_from_where_the_document_came_from() -> None:
    document = parse_document(RSS, url="https://harbour.example/feeds/news.xml")
    assert [entry.link for entry in document.entries] == [
        "https://harbour.example/one",
        "https://harbour.example/two",
    ]
    assert [entry.position for entry in document.entries] == [0, 1]


@pytest.mark.parametrize(
    "before",
    [
        b"<!-- <rss> made by hand -->\n",
        b"\xef\xbb\xbf",
        b"\n\n  ",
        b"<br />\n<b>Warning</b>: cannot modify header in <b>/srv/index.php</b>\n",
        b"junk in front ",
        b"\x00\x00",
    ],
    ids=["comment", "mark", "space", "warning", "junk", "zeros"],
)
def test_a_feed_behind_something_else_is_read(before: bytes) -> None:
    document = parse_document(before + RSS)
    assert [entry.guid for entry in document.entries] == ["g1", "g2"]
    assert document.title == "Harbour Post"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is empty"),
        (b" \n\t ", "the body is blank"),
        (
            b"<!DOCTYPE html><html><head><title>Sign in &amp; go on</title></head></html>",
            "an HTML page titled 'Sign in & go on'",
        ),
        (b"<html><body>no title</body></html>", "an HTML page"),
        (b'<opml version="2.0"><body/></opml>', "OPML"),
        (b"<urlset/>", "a sitemap"),
        (b"<note><to>you</to></note>", "root element is <note>"),
        (b'{"message": "not found"}', "no JSON Feed"),
        (b"[1, 2]", "no JSON Feed"),
        (b'{"message": ', "no JSON Feed"),
        (b"Not Found", "begins with 'Not Found'"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither XML nor JSON"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_document(body, url="https://harbour.example/feed")
    assert words in caught.value.reason
    assert "https://harbour.example/feed" in str(caught.value)


def test_entries_of_a_cut_off_body_are_kept() -> None:
    cut = RSS[: RSS.index(b"<guid>g2")]
    document = parse_document(cut)
    assert [entry.guid for entry in document.entries] == ["g1"]
    assert document.truncated
    assert any("cut off" in problem for problem in document.problems)


def test_honest_titles_are_not_mended() -> None:
    body = "<rss version='2.0'><channel><item><title>Ã© is mojibake</title></item></channel></rss>"
    document = parse_document(body.encode())
    assert document.entries[0].title is not None
    assert document.entries[0].title.value == "Ã© is mojibake"


def test_reading_ends_at_the_limit_with_the_newest() -> None:
    def items(order: list[int]) -> bytes:
        return b"".join(
            b"<item><guid>%d</guid><pubDate>Sun, %02d Nov 2026 10:00:00 GMT</pubDate></item>"
            % (day, day)
            for day in order
        )

    days = list(range(1, 29))
    for order in (days, days[::-1]):
        body = b'<rss version="2.0"><channel>' + items(order) + b"</channel></rss>"
        document = parse_document(body, max_entries=5)
        assert {entry.guid for entry in document.entries} == {"24", "25", "26", "27", "28"}
        assert document.truncated
        positions = [entry.position for entry in document.entries]
        assert [order[position] for position in positions] == [
            int(entry.guid or 0) for entry in document.entries
        ]


@pytest.mark.parametrize(
    "before",
    [b'<?xml version="1.0">', b"<!-- never closed ", b"<!DOCTYPE rss [ <!ENTITY a ", b"<!x>"],
    ids=["instruction", "comment", "document type", "declaration"],
)
def test_a_head_that_never_ends_hides_no_feed(before: bytes) -> None:
    document = parse_document(before + b"\n" + RSS.partition(b"?>")[2])
    assert [entry.guid for entry in document.entries] == ["g1", "g2"]


def test_an_entry_that_begins_ends_a_text_left_open() -> None:
    body = (
        b"<rss version='2.0'><channel><item><guid>1</guid><description>left <b>open<item>"
        b"<guid>2</guid></item><item><guid>3</guid></item></channel></rss>"
    )
    document = parse_document(body)
    assert [entry.guid for entry in document.entries] == ["1", "2", "3"]
    assert document.entries[0].summary is not None
    assert document.entries[0].summary.value.startswith("left <b>open")


def test_entries_under_an_unknown_root_are_read() -> None:
    body = b"<broken/><entry><id>1</id></entry><entry><id>2</id></entry>"
    assert [entry.guid for entry in parse_document(body).entries] == ["1", "2"]


def test_an_entry_that_handlers_left_misshapen_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = to_entry

    def fragile(said: dict[str, Any], media: MediaTree | None, **named: Any) -> Entry:
        if "tags" in said:
            raise TypeError("misshapen")
        return whole(said, media, **named)

    monkeypatch.setattr(xmlfeed, "to_entry", fragile)
    body = RSS.replace(b"<guid>g1</guid>", b"<guid>g1</guid><category>x</category>")
    document = parse_document(body)
    assert [entry.guid for entry in document.entries] == ["g1", "g2"]
    assert document.entries[0].title is not None
    assert document.problems == ("entry 0 is read in part: TypeError",)


def test_a_fault_is_placed_by_its_line() -> None:
    head = b"<?xml version='1.0'?>\n<!-- note -->\n<rss version='2.0'>\n<channel>\n"
    document = parse_document(head + b"<title>a & b</title></channel></rss>")
    assert document.title == "a & b"
    assert document.problems == ("not well-formed XML: not well-formed (invalid token) in line 5",)
    assert not document.truncated


def test_a_body_that_ends_between_entries_is_truncated() -> None:
    cut = RSS[: RSS.index(b"</channel>")]
    document = parse_document(cut)
    assert [entry.guid for entry in document.entries] == ["g1", "g2"]
    assert document.truncated


def test_a_document_of_exactly_as_many_entries_is_whole() -> None:
    document = parse_document(RSS, max_entries=2)
    assert len(document.entries) == 2
    assert not document.truncated
    assert parse_document(RSS, max_entries=1).truncated


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ("/articles/1", "https://harbour.example/articles/1"),
        ("12345", None),
        ("tag:a.example,2026:1", None),
        ("urn:uuid:1", None),
    ],
)
def test_a_guid_stands_for_a_missing_link_where_it_is_an_address(
    guid: str, link: str | None
) -> None:
    body = f"<rss version='2.0'><channel><item><guid>{guid}</guid></item></channel></rss>"
    (entry,) = parse_document(body.encode(), url="https://harbour.example/feed").entries
    assert entry.link == link
    assert entry.guid == guid


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<a>" * 30_000, "not well-formed XML: no element found"),
        ("<a>" * 30_000 + "</a>" * 30_000 + "</channel></rss>", "no entry stands in its"),
        ("<title>Post</title><link", "not well-formed XML: unclosed token"),
        ("<title>&bomb;</title></channel></rss>", "undefined entity"),
        ("<a " + " ".join(f"a{n}='1'" for n in range(20_000)), "not well-formed XML"),
    ],
)
def test_a_document_that_breaks_before_its_first_entry_is_no_quiet_feed(
    inside: str, reason: str
) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_document(f"<rss version='2.0'><channel>{inside}".encode())


def test_a_feed_without_news_is_quiet() -> None:
    document = parse_document(b"<rss version='2.0'><channel><title>Post</title></channel></rss>")
    assert document.entries == ()
    assert document.problems == ()


@pytest.mark.parametrize(
    ("inside", "link"),
    [
        ("<link>www.post.example/5</link>", "http://www.post.example/5"),
        ("<link>www-5.html</link>", "https://post.example/www-5.html"),
    ],
)
def test_an_address_without_its_scheme_is_no_path(inside: str, link: str) -> None:
    body = f"<rss version='2.0'><channel><item>{inside}</item></channel></rss>".encode()
    assert parse_document(body, url="https://post.example/feed").entries[0].link == link


def test_an_entry_whose_content_is_elsewhere_leads_there() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/a/"><entry>
        <title>One</title><content type="text/html" src="one.html"/></entry></feed>"""
    assert parse_document(body).entries[0].link == "https://post.example/a/one.html"


def test_an_element_named_links_is_not_the_links() -> None:
    inside = b"<item><title>One</title><links>x</links></item>"
    body = b"<rss version='2.0'><channel>" + inside + b"</channel></rss>"
    document = parse_document(body)
    assert [entry.title and entry.title.value for entry in document.entries] == ["One"]
    assert document.problems == ()


def test_attributes_of_media_are_cleaned_like_any_other_word() -> None:
    body = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>t</title>'
        '<item><title>a</title><media:content url="http://x.example/a" type="image/\x7fpng"'
        ' medium="im\x7fage"/></item></channel></rss>'
    )
    (media,) = parse_document(body.encode()).entries[0].media
    assert (media.type, media.medium) == ("image/png", "image")


def test_coordinates_are_passed_over_and_cost_nothing_else() -> None:
    located = RSS.replace(b"<rss ", b"<rss xmlns:georss='http://www.georss.org/georss' ").replace(
        b"<guid>g1",
        b"<georss:featurename>Port</georss:featurename><georss:point>1 2</georss:point><guid>g1",
    )
    plain, found = (parse_document(body, url="https://a.example/") for body in (RSS, located))
    assert [entry.title for entry in found.entries] == [entry.title for entry in plain.entries]
    assert found.problems == ()
