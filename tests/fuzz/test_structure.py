"""What a well-formed feed says is what is read, whatever it says and however it is written."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.parse.document import parse_document
from tests.fuzz.checks import document_faults
from tests.fuzz.strategies import Item, Written, feeds

BRIEFLY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
"""The same examples every time: a suite that fails one time in a hundred is believed no more."""


@BRIEFLY
@given(feeds())
def test_what_was_written_is_read(written: Written) -> None:
    document = parse_document(written.body)
    assert document.format == written.form
    assert document.title == written.title
    assert document.problems == ()
    assert len(document.entries) == len(written.items)
    for entry, item in zip(document.entries, written.items, strict=True):
        assert (entry.title.value if entry.title else None) == item.title
        assert entry.guid == item.guid
        assert entry.link == item.link
        assert (entry.summary.value if entry.summary else None) == item.summary
        assert entry.authors == ((item.author,) if item.author else ())
        assert entry.categories == item.categories
        assert entry.published == item.date
    assert not list(document_faults(document))


@BRIEFLY
@given(feeds(), st.data())
def test_a_cut_off_feed_keeps_its_whole_entries(written: Written, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(written.body)))
    try:
        document = parse_document(written.body[:end])
    except ParseError:
        return
    whole = parse_document(written.body).entries
    assert len(document.entries) <= len(whole)
    kept = [entry.digest for entry in document.entries]
    # All but the last are whole; a lone first one may be what there was of it.
    assert kept[:-1] == [entry.digest for entry in whole[: max(len(kept) - 1, 0)]]


@BRIEFLY
@given(
    st.binary(max_size=300), st.sampled_from((b"", b"<rss>", b"<feed ", b'{"items":[', b"<?xml"))
)
def test_any_bytes_are_a_feed_or_refused_in_words(noise: bytes, before: bytes) -> None:
    try:
        document = parse_document(before + noise)
    except ParseError as error:
        refusal = error.reason
    else:
        refusal = "no feed document: "
        assert not list(document_faults(document))
    assert refusal.startswith(("no feed document: ", "no entry could be read of it: "))


@BRIEFLY
@given(feeds())
@example(Written("rss20", b"<rss version='2.0'><channel/></rss>", "", ()))
def test_the_same_bytes_have_the_same_digests(written: Written) -> None:
    first = parse_document(written.body)
    again = parse_document(written.body, url=None, content_type="text/xml")
    assert [entry.digest for entry in first.entries] == [entry.digest for entry in again.entries]


def test_a_change_of_any_field_changes_the_digest() -> None:
    plain = Item("g", "t", "https://a.example/", "s", "a", ("c",), "2026-11-01T10:00:00Z")
    seen = set()
    for name in ("guid", "title", "link", "summary", "author", "date", ""):
        values = {key: getattr(plain, key) for key in Item.__slots__}
        if name:
            values[name] = f"{values[name]}x"
        item = Item(**values)
        body = (
            f"<rss version='2.0'><channel><item><guid>{item.guid}</guid><title>{item.title}</title>"
            f"<link>{item.link}</link><description>{item.summary}</description>"
            f"<author>{item.author}</author><pubDate>{item.date}</pubDate></item></channel></rss>"
        )
        seen.add(parse_document(body.encode()).entries[0].digest)
    assert len(seen) == 7
