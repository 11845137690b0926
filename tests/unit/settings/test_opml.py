from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import InputError
from aggregator.model.feed import Feed
from aggregator.settings.opml import MAX_BYTES, read_opml, write_opml


def opml(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><body>{body}</body></opml>'.encode()


def test_nested_categories_are_joined() -> None:
    found = read_opml(
        opml(
            '<outline text="World"><outline text="Asia">'
            '<outline text="A &amp; B" xmlUrl="https://a.example/"/></outline>'
            '<outline title="C" xmlUrl="https://c.example/"></outline></outline>'
            '<outline XMLURL="https://d.example/" category="/Tech/Web,/Other"/>'
        )
    )
    assert found.notes == ()
    assert found.feeds == (
        Feed(url="https://a.example/", title="A & B", category="World / Asia"),
        Feed(url="https://c.example/", title="C", category="World"),
        Feed(url="https://d.example/", category="Tech / Web"),
    )


@pytest.mark.parametrize(
    ("attributes", "title", "note"),
    [
        ('text="A & B"', "A & B", "a bare &"),
        ('text="The "A" list"', 'The "A" list', "a quote inside quotes"),
        (
            'text="A" description="by <a href="https://x.example" rel="me">me</a>."',
            "A",
            "markup in an attribute",
        ),
        ('text="A" description=""Well", he said."', "A", "a quote inside quotes"),
        ("text='It's A'", "It's A", "a quote inside quotes"),
    ],
)
def test_malformed_outlines_are_mended_with_a_note(attributes: str, title: str, note: str) -> None:
    tag = f'<outline {attributes} xmlUrl="https://a.example/?x=1&y=2" type="rss" />'
    found = read_opml(opml(f'\n<outline text="In">{tag}</outline>\n<outline text="Z" />'))
    assert found.feeds == (Feed(url="https://a.example/?x=1&y=2", title=title, category="In"),)
    assert "no XML" in found.notes[0]
    assert found.notes[1].startswith("line 2: ")
    assert note in found.notes[1]


def test_a_list_that_breaks_off_gives_what_came() -> None:
    body = opml('<outline text="A" xmlUrl="https://a.example/"/><outline text="B" xml')[:-20]
    assert [feed.url for feed in read_opml(body).feeds] == ["https://a.example/"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str) -> None:
    body = '<opml><outline text="Żółć" xmlUrl="https://a.example/"/></opml>'.encode(encoding)
    assert read_opml(body).feeds[0].title == "Żółć"


def test_encodings_declared_and_undeclared() -> None:
    text = '<opml><outline text="é" xmlUrl="https://a.example/"/></opml>'
    declared = f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}'.encode("latin-1")
    assert read_opml(declared).feeds[0].title == "é"
    undeclared = read_opml(text.encode("cp1252"))
    assert undeclared.feeds[0].title == "é"
    assert "Windows-1252" in undeclared.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused(encoding: str) -> None:
    text = '<!DOCTYPE o [<!ENTITY a "x">]><opml><outline xmlUrl="https://a.example/"/></opml>'
    with pytest.raises(InputError, match="document type"):
        read_opml(text.encode(encoding))


def test_what_is_not_http_is_left_out_with_a_note() -> None:
    found = read_opml(
        opml(
            '<outline xmlUrl="file:///etc/passwd"/><outline xmlUrl="javascript:alert(1)"/>'
            '<outline xmlUrl="feed://a.example/x"/><outline xmlUrl="feed:https://b.example/"/>'
            '<outline xmlUrl="https://B.example"/>'
        )
    )
    assert [feed.url for feed in found.feeds] == ["http://a.example/x", "https://b.example/"]
    assert "file:///etc/passwd" in found.notes[0]
    assert "1 repeated address left out" in found.notes


def test_the_size_is_bounded() -> None:
    with pytest.raises(InputError, match="larger than"):
        read_opml(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"\x00\xff", b"<opml><body/></opml>"])
def test_what_is_no_opml_is_refused(body: bytes) -> None:
    with pytest.raises(InputError, match="no OPML"):
        read_opml(body)


def test_hostile_text_takes_no_time() -> None:
    found = read_opml(b"<outline " * 200_000 + b'<outline text="x" xmlUrl="https://a.example/"/>')
    assert len(found.feeds) == 1
    deep = b'<outline text="x">' * 50_000 + b'<outline xmlUrl="https://a.example/"/>'
    assert len(read_opml(deep).feeds) == 1


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\ufffe\uffff"), min_size=1
).map(lambda text: " ".join(text.split()))
names = words.filter(bool)


@given(st.lists(st.tuples(names, st.lists(names, max_size=3)), max_size=5))
def test_what_is_written_is_read_back(entries: list[tuple[str, list[str]]]) -> None:
    feeds = [
        Feed(
            url=f"https://h{index}.example/?a=1&b=2", title=title, category=" / ".join(path) or None
        )
        for index, (title, path) in enumerate(entries)
    ]
    if feeds:
        read = read_opml(write_opml(feeds).encode())
        assert sorted(read.feeds, key=lambda feed: feed.url) == feeds
        assert read.notes == ()
