"""The demo's items as feed documents, in every format that the program reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from email.utils import format_datetime
from html import escape

from aggregator.demo.world import Format, Item, Outlet
from aggregator.model.instants import Instant, rfc3339

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TYPES: Mapping[Format, str] = {
    "rss091": "application/rss+xml",
    "rss092": "text/xml; charset=utf-8",
    "rss10": "application/rdf+xml",
    "rss20": "application/rss+xml; charset=utf-8",
    "atom03": "application/atom+xml",
    "atom10": "application/atom+xml; charset=utf-8",
    "cdf": "application/x-cdf",
    "json10": "application/feed+json",
    "json11": "application/feed+json",
}


def content_type(outlet: Outlet) -> str:
    """The media type an outlet's feed is served as."""
    return _TYPES[outlet.format]


def document(outlet: Outlet, items: Sequence[Item], site: str) -> str:
    """An outlet's feed; ``site`` is the address of its front page, without a slash at the end."""
    return _WRITERS[outlet.format](outlet, items, site)


def page(outlet: Outlet, item: Item, site: str) -> str:
    """An article's web page, as its links lead there."""
    return (
        f'<!doctype html><html lang="{outlet.language}"><meta charset="utf-8">'
        f"<title>{escape(item.title)} – {escape(outlet.name)}</title>"
        '<meta name="viewport" content="width=device-width">'
        "<style>body{font:1.1rem/1.6 Georgia,serif;max-width:38rem;margin:2rem auto;"
        "padding:0 1rem}figure{margin:0}img{max-width:100%;height:auto}</style>"
        f'<p><a href="{escape(site)}/">{escape(outlet.name)}</a> · {escape(outlet.tagline)}</p>'
        f"<article><h1>{escape(item.title)}</h1>{_html(item, site)}</article>"
        "<p><small>A made-up report of a made-up outlet, part of the demo.</small></p></html>"
    )


def front_page(outlet: Outlet, items: Sequence[Item], site: str, feed: str) -> str:
    """An outlet's front page; it declares the feed, so that a reader can discover it."""
    links = "".join(
        f'<li><a href="{escape(_link(site, item))}">{escape(item.title)}</a></li>' for item in items
    )
    return (
        f'<!doctype html><html lang="{outlet.language}"><meta charset="utf-8">'
        f"<title>{escape(outlet.name)}</title>"
        f'<link rel="alternate" type="application/rss+xml" href="{escape(feed)}">'
        f"<h1>{escape(outlet.name)}</h1><p>{escape(outlet.tagline)}</p><ul>{links}</ul></html>"
    )


def _rss(outlet: Outlet, items: Sequence[Item], site: str) -> str:
    version = {"rss091": "0.91", "rss092": "0.92", "rss20": "2.0"}[outlet.format]
    modern = version == "2.0"
    spaces = (
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        if modern
        else ""
    )
    parts = []
    for item in items:
        both = modern and outlet.body == "both"
        fields = [
            _tag("title", item.title),
            _tag("link", _link(site, item)),
            _tag("description", _summary(item) if both else _body(outlet, item, site)),
            _tag("pubDate", format_datetime(item.published_at, usegmt=True)),
        ]
        if modern:
            fields += [f'<guid isPermaLink="false">{outlet.key}:{item.id}</guid>']
            fields += [_tag("category", topic) for topic in item.topics]
            fields += [_tag("dc:creator", item.by)] if item.by else []
            fields += [_tag("content:encoded", _html(item, site))] if both else []
        parts.append(f"<item>{''.join(fields)}</item>")
    return (
        f'{_XML}<rss version="{version}"{spaces}><channel>'
        f"{_tag('title', outlet.name)}{_tag('link', f'{site}/')}"
        f"{_tag('description', outlet.tagline)}{_tag('language', outlet.language)}"
        f"{''.join(parts)}</channel></rss>\n"
    )


def _rdf(outlet: Outlet, items: Sequence[Item], site: str) -> str:
    links = [_link(site, item) for item in items]
    listed = "".join(f'<rdf:li rdf:resource="{escape(link)}"/>' for link in links)
    parts = [
        f'<item rdf:about="{escape(link)}">{_tag("title", item.title)}{_tag("link", link)}'
        f"{_tag('description', _summary(item))}{_tag('content:encoded', _html(item, site))}"
        f"{_tag('dc:date', rfc3339(item.published_at))}"
        f"{_tag('dc:creator', item.by) if item.by else ''}"
        f"{''.join(_tag('dc:subject', topic) for topic in item.topics)}</item>"
        for item, link in zip(items, links, strict=True)
    ]
    return (
        f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="{escape(site)}/">{_tag("title", outlet.name)}'
        f"{_tag('link', f'{site}/')}{_tag('description', outlet.tagline)}"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>{''.join(parts)}</rdf:RDF>\n"
    )


def _atom(outlet: Outlet, items: Sequence[Item], site: str) -> str:
    parts = []
    for item in items:
        changed = rfc3339(item.updated_at or item.published_at)
        fields = [
            _tag("id", f"tag:{outlet.key}.example,2026:{item.id}"),
            _tag("title", item.title),
            f'<link rel="alternate" type="text/html" href="{escape(_link(site, item))}"/>',
            f"{_tag('published', rfc3339(item.published_at))}{_tag('updated', changed)}",
            *(f'<category term="{escape(topic)}"/>' for topic in item.topics),
            _author(item),
            f'<summary type="text">{escape(_summary(item))}</summary>',
            f'<content type="html">{escape(_html(item, site))}</content>',
        ]
        parts.append(f"<entry>{''.join(fields)}</entry>")
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"{_tag('id', f'tag:{outlet.key}.example,2026:feed')}{_tag('title', outlet.name)}"
        f'{_tag("subtitle", outlet.tagline)}<link rel="alternate" href="{escape(site)}/"/>'
        f"{_tag('updated', rfc3339(_latest(items)))}<author>{_tag('name', outlet.name)}</author>"
        f"{''.join(parts)}</feed>\n"
    )


def _atom03(outlet: Outlet, items: Sequence[Item], site: str) -> str:
    parts = [
        f"<entry>{_tag('id', f'tag:{outlet.key}.example,2026:{item.id}')}"
        f"{_tag('title', item.title)}"
        f'<link rel="alternate" type="text/html" href="{escape(_link(site, item))}"/>'
        f"{_tag('issued', rfc3339(item.published_at))}"
        f"{_tag('modified', rfc3339(item.updated_at or item.published_at))}"
        f"{_author(item)}"
        f'<content type="text/html" mode="escaped">{escape(_html(item, site))}</content></entry>'
        for item in items
    ]
    return (
        f'{_XML}<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{outlet.language}">'
        f"{_tag('title', outlet.name)}{_tag('tagline', outlet.tagline)}"
        f'<link rel="alternate" type="text/html" href="{escape(site)}/"/>'
        f"{_tag('modified', rfc3339(_latest(items)))}{''.join(parts)}</feed>\n"
    )


def _cdf(outlet: Outlet, items: Sequence[Item], site: str) -> str:
    parts = [
        f'<ITEM HREF="{escape(_link(site, item))}" LASTMOD="{rfc3339(item.published_at)}">'
        f"{_tag('TITLE', item.title)}{_tag('ABSTRACT', _html(item, site))}</ITEM>"
        for item in items
    ]
    return (
        f'{_XML}<CHANNEL HREF="{escape(site)}/">{_tag("TITLE", outlet.name)}'
        f"{_tag('ABSTRACT', outlet.tagline)}{''.join(parts)}</CHANNEL>\n"
    )


def _json(outlet: Outlet, items: Sequence[Item], site: str) -> str:
    version = {"json10": "1", "json11": "1.1"}[outlet.format]

    def author(item: Item) -> Mapping[str, object]:
        if not item.by:
            return {}
        return {"author": {"name": item.by}} if version == "1" else {"authors": [{"name": item.by}]}

    entries = [
        {
            "id": f"{outlet.key}:{item.id}",
            "url": _link(site, item),
            "title": item.title,
            "content_html": _html(item, site),
            "summary": _summary(item),
            "date_published": rfc3339(item.published_at),
            "tags": list(item.topics),
            **author(item),
            **({"date_modified": rfc3339(item.updated_at)} if item.updated_at else {}),
        }
        for item in items
    ]
    feed = {
        "version": f"https://jsonfeed.org/version/{version}",
        "title": outlet.name,
        "description": outlet.tagline,
        "home_page_url": f"{site}/",
        "items": entries,
        **({"language": outlet.language} if version != "1" else {}),
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


_WRITERS: Mapping[Format, Callable[[Outlet, Sequence[Item], str], str]] = {
    "rss091": _rss,
    "rss092": _rss,
    "rss10": _rdf,
    "rss20": _rss,
    "atom03": _atom03,
    "atom10": _atom,
    "cdf": _cdf,
    "json10": _json,
    "json11": _json,
}


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>"


def _author(item: Item) -> str:
    return f"<author>{_tag('name', item.by)}</author>" if item.by else ""


def _link(site: str, item: Item) -> str:
    return f"{site}/{item.id}"


def _summary(item: Item) -> str:
    return item.paragraphs[0]


def _html(item: Item, site: str) -> str:
    paragraphs = "".join(f"<p>{escape(text, quote=False)}</p>" for text in item.paragraphs)
    return _figure(item, site) + paragraphs


def _figure(item: Item, site: str) -> str:
    if item.image is None:
        return ""
    return (
        f'<figure><img src="{escape(_link(site, item))}.png" width="640" height="360" alt="">'
        f"<figcaption>{escape(item.image)}</figcaption></figure>"
    )


def _body(outlet: Outlet, item: Item, site: str) -> str:
    return _summary(item) if outlet.body == "summary" else _html(item, site)


def _latest(items: Sequence[Item]) -> Instant:
    latest = max((item.updated_at or item.published_at for item in items), default=None)
    if latest is None:
        raise ValueError("an outlet of the demo has published nothing")
    return latest
