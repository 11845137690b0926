"""Documents made to do harm, as bytes; each generator says what it aims at.

Sizes are those at which a careless parser falls over, not the largest that could be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
RSS = '<rss version="2.0"><channel><title>Hostile</title><link>https://hostile.example/</link>'
END = "</channel></rss>"


def feed(inside: str, *, doctype: str = "") -> bytes:
    return f"{HEAD}{doctype}{RSS}{inside}{END}".encode()


def item(number: int, inside: str = "") -> str:
    return f"<item><title>Item {number}</title><guid>h{number}</guid>{inside}</item>"


def billion_laughs() -> bytes:
    """Ten entities, each ten times the one before: three gigabytes when expanded."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}]>'
    return feed(item(1, "<description>&l9;</description>"), doctype=doctype)


def quadratic_blowup() -> bytes:
    """One long entity, named very often."""
    doctype = f'<!DOCTYPE rss [<!ENTITY a "{"A" * 50_000}">]>'
    return feed(item(1, f"<description>{'&a;' * 50_000}</description>"), doctype=doctype)


def short_entity_often() -> bytes:
    """An entity short enough to pass for harmless, named two million times."""
    doctype = f'<!DOCTYPE rss [<!ENTITY a "{"A" * 200}">]>'
    return feed(item(1, f"<description>{'&a;' * 2_000_000}</description>"), doctype=doctype)


def nested_entities() -> bytes:
    """30,000 entities, each naming the next: expat's recursion (CVE-2024-8176)."""
    chain = "".join(f'<!ENTITY n{n} "&n{n + 1};">' for n in range(30_000))
    doctype = f'<!DOCTYPE rss [{chain}<!ENTITY n30000 "end">]>'
    return feed(item(1, "<description>&n0;</description>"), doctype=doctype)


def nested_entities_out_of_line() -> bytes:
    """The same behind a document type that simple patterns do not find."""
    chain = "".join(f"<!ENTITY n{n} '&n{n + 1};'>\n" for n in range(30_000))
    doctype = f'<!DOCTYPE rss PUBLIC ">" "x>y" [\n{chain}<!ENTITY n30000 "end">]>'
    return feed(item(1, "<description>&n0;</description>"), doctype=doctype)


def parameter_entities() -> bytes:
    """Parameter entities that declare entities."""
    doctype = (
        "<!DOCTYPE rss [<!ENTITY % a '<!ENTITY b \"&#37;c;&#37;c;&#37;c;\">'>"
        "<!ENTITY % c 'xxxxxxxxxx'>%a;]>"
    )
    return feed(item(1, "<description>&b;</description>"), doctype=doctype)


def external_entity(address: str) -> bytes:
    """An external entity in the text, in an attribute's default and as the document type."""
    doctype = (
        f'<!DOCTYPE rss SYSTEM "{address}/dtd" [<!ENTITY x SYSTEM "{address}">'
        f'<!ENTITY % p SYSTEM "{address}/p">%p;]>'
    )
    inside = item(1, f'<description>&x;</description><link href="{address}"/>')
    return feed(inside, doctype=doctype)


def included(address: str) -> bytes:
    """XInclude, a stylesheet and a schema: three more ways to be sent somewhere."""
    return (
        f'{HEAD}<?xml-stylesheet href="{address}/xsl" type="text/xsl"?>'
        f'<rss version="2.0" xmlns:xi="http://www.w3.org/2001/XInclude" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="urn:x {address}/xsd"><channel>'
        f"<item><guid>1</guid><title>One</title>"
        f'<xi:include href="{address}/xi" parse="text"/></item>'
        f"</channel></rss>"
    ).encode()


def attribute_flood() -> bytes:
    """One element with 20,000 attributes."""
    attributes = " ".join(f'a{n}="x"' for n in range(20_000))
    return feed(f"<image {attributes}/>{item(1)}")


def attribute_flood_malformed() -> bytes:
    """The same for the parser that works with regular expressions: no value ever ends."""
    return feed("<image " + 'a="' * 70_000 + item(1))


def namespace_flood() -> bytes:
    """Every element declares prefixes of its own."""
    return feed("".join(item(n, f'<p{n}:x xmlns:p{n}="urn:{n}">y</p{n}:x>') for n in range(5_000)))


def deep_nesting() -> bytes:
    """100,000 elements inside each other."""
    return feed(item(1) + "<d>" * 100_000 + "</d>" * 100_000 + item(2))


def deep_nesting_in_content() -> bytes:
    """The same where markup is kept as text."""
    div = '<div xmlns="http://www.w3.org/1999/xhtml">'
    return (
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>One</title>'
        f'<content type="xhtml">{div}{"<b>" * 50_000}x{"</b>" * 50_000}</div></content>'
        f"</entry></feed>"
    ).encode()


def unclosed_items() -> bytes:
    """Items that never end."""
    return feed("<item><title>x</title>" * 50_000)


def open_brackets() -> bytes:
    return feed(item(1) + "<" * 1_000_000)


def bare_ampersands() -> bytes:
    return feed(item(1) + "<title>" + "&" * 1_000_000 + "</title>")


def half_declarations() -> bytes:
    return feed(item(1) + "<!" * 300_000)


def unclosed_comments() -> bytes:
    return feed(item(1) + "<!-- " * 200_000)


def unclosed_cdata() -> bytes:
    return feed(item(1) + "<![CDATA[" * 200_000)


def leading_comments() -> bytes:
    """Comments and markup declarations in front, none of which ends where it should."""
    return ("<!-- x " * 200_000 + "<!DOCTYPE " * 100_000).encode() + feed(item(1))


def half_tags() -> bytes:
    return feed(item(1) + "<a" * 60_000)


def half_references() -> bytes:
    return feed(item(1) + "<title>" + "&#x" * 300_000 + "&#1114112;&#xD800;&#0;</title>")


def long_text() -> bytes:
    """One description of eight megabytes, and a title of one."""
    return feed(item(1, f"<description>{'word ' * 1_600_000}</description>"))


def long_name() -> bytes:
    return feed(f"<{'n' * 1_000_000}/>" + item(1))


def many_links() -> bytes:
    links = "".join(f'<media:content url="/p{n}.jpg"/>' for n in range(20_000))
    start = RSS.replace("<rss ", '<rss xmlns:media="http://search.yahoo.com/mrss/" ')
    return f"{HEAD}{start}{item(1, links)}{END}".encode()


def many_categories() -> bytes:
    """Unlike each other, so that a search for duplicates is quadratic."""
    return feed(item(1, "".join(f"<category>c{n}</category>" for n in range(30_000))))


def entries(count: int, *, oldest_first: bool = False) -> bytes:
    """That many entries a minute apart, the newest at a fixed instant."""
    newest = datetime(2026, 11, 1, tzinfo=UTC)
    numbers = range(count - 1, -1, -1) if oldest_first else range(count)
    return feed(
        "".join(
            item(n, f"<pubDate>{format_datetime(newest - timedelta(minutes=n))}</pubDate>")
            for n in numbers
        )
    )


def json_depth() -> bytes:
    return (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "x", '
        '"items": [{"id": "1", "title": "x"}, ' + "[" * 200_000
    ).encode()


def json_number() -> bytes:
    return (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "x", '
        '"items": [{"id": "1", "title": "x"}, {"id": ' + "9" * 500_000 + "}]}"
    ).encode()


HARMFUL: dict[str, Callable[[], bytes]] = {
    maker.__name__: maker
    for maker in (
        billion_laughs,
        quadratic_blowup,
        short_entity_often,
        nested_entities,
        nested_entities_out_of_line,
        parameter_entities,
        attribute_flood,
        attribute_flood_malformed,
        namespace_flood,
        deep_nesting,
        deep_nesting_in_content,
        unclosed_items,
        open_brackets,
        bare_ampersands,
        half_declarations,
        unclosed_comments,
        unclosed_cdata,
        leading_comments,
        half_tags,
        half_references,
        long_text,
        long_name,
        many_links,
        many_categories,
        json_depth,
        json_number,
    )
}


def odd_encodings() -> Iterator[tuple[str, bytes, str]]:
    """One feed in many encodings, rightly and wrongly declared: a name, the bytes, its title."""
    for said, really, title in _ENCODINGS:
        declaration = f'<?xml version="1.0" encoding="{said}"?>' if said else ""
        body = f"{declaration}{RSS}<item><title>{title}</title></item>{END}"
        yield f"{said or 'nothing'} for {really}", body.encode(really), title


_ENCODINGS = (
    ("utf-8", "utf-8", "Größe – naïve Ελλάδα"),
    ("", "utf-8", "Größe – naïve Ελλάδα"),
    ("iso-8859-1", "utf-8", "Größe – naïve Ελλάδα"),
    ("us-ascii", "utf-8", "Größe – naïve Ελλάδα"),
    ("utf-8", "utf-8-sig", "Größe – naïve Ελλάδα"),
    ("utf-16", "utf-16", "Größe – naïve Ελλάδα"),
    ("utf-16", "utf-16-le", "Größe – naïve Ελλάδα"),
    ("utf-16", "utf-16-be", "Größe – naïve Ελλάδα"),
    ("utf-8", "utf-16", "Größe – naïve Ελλάδα"),
    ("utf-32", "utf-32", "Größe – naïve Ελλάδα"),
    ("utf-32", "utf-32-be", "Größe – naïve Ελλάδα"),
    ("iso-8859-1", "iso-8859-1", "Größe und naïve Füße"),
    ("iso-8859-1", "cp1252", "Größe – “naïve” Füße"),
    ("utf-8", "cp1252", "Größe – “naïve” Füße"),
    ("", "cp1252", "Größe – “naïve” Füße"),
    ("windows-1251", "cp1251", "Новости порта"),
    ("koi8-r", "koi8-r", "Новости порта"),
    ("iso-8859-7", "iso-8859-7", "Ελλάδα και θάλασσα"),
    ("gb2312", "gb18030", "港口新闻与渡轮"),
    ("gbk", "gbk", "港口新闻与渡轮"),
    ("big5", "big5", "港口新聞與渡輪"),
    ("shift_jis", "cp932", "港のニュース①"),
    ("euc-jp", "euc-jp", "港のニュース"),
    ("iso-2022-jp", "iso-2022-jp", "港のニュース"),
    ("euc-kr", "cp949", "항구 소식"),
    ("ks_c_5601-1987", "cp949", "항구 소식"),
    ("iso-8859-9", "cp1254", "İstanbul limanı güncel"),
    ("tis-620", "cp874", "ข่าวท่าเรือ"),
    ("no-such-encoding", "utf-8", "Größe – naïve"),
    ("punycode", "ascii", "plain"),
)
