"""Addresses: made absolute, made safe to link to, and brought to one canonical form."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

import tldextract

from aggregator.text.controls import encodable

_SAFE_SCHEMES = frozenset({"http", "https"})
_DEFAULT_PORTS = {"http": 80, "https": 443}

# Browsers drop these inside an address, so that "java\nscript:" runs: they go before anything else.
_IGNORED = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

_QUOTED = re.compile(r"[\s\"<>`]")
# WHATWG URL §3.1: no host holds these.
_NO_HOST = re.compile(r"[\s\"#%/<>?`^|\\]")

_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "pk_", "mtm_", "hsa_", "wt_", "wt.", "stm_", "itm_")
_TRACKING_NAMES = frozenset(
    """
    __twitter_impression _ga _gl _hsenc _hsmi campaign_id cmp cmpid cndid cvid dclid dicbo ef_id emc
    fb_action_ids fb_ref fb_source fbclid feedname feedtype ftag gaa_at gbraid gclid gclsrc
    guccounter guce_referrer guce_referrer_sig icid igsh igshid ito maca mbid mc_cid mc_eid
    mkt_tok msclkid
    ncid nlid ocid oly_anon_id oly_enc_id partner piano_t rb_clickid s_cid sc_cid scid share_id smid
    soc_src soc_trk spm sref srnd taid tpcc traffic_source trk trkcampaign twclid ttclid twterm usqp
    vero_id wbraid wickedid xtor yclid
    """.split()
)
# These carry meaning on some sites; they are tracking only where their value says so.
_SYNDICATION_NAMES = frozenset(
    {
        "src",
        "source",
        "ref",
        "from",
        "feed",
        "rss",
        "referrer",
        "via",
        "origin",
        "cid",
        "ref_src",
        "mod",
    }
)
_SYNDICATION_VALUE = re.compile(
    r"^(?:.*\b(?:rss|atom|feed|feeds|feedburner|feedly|newsletter|twitter|facebook)\b.*|1)$",
    re.IGNORECASE,
)
_AMP_QUERY = re.compile(
    r"^(?:amp(?:=(?:1|true|yes)?)?|outputtype=amp|platform=amp)$", re.IGNORECASE
)
_AMP_CACHE = re.compile(r"^/(?:amp|[acvi]|i|wp)/s/(?P<rest>.+)$")
_AMP_SEGMENTS = frozenset({"amp", "amp.html", "index.amp.html"})
_AMP_ENDING = re.compile(r"\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
_MOBILE_LABELS = frozenset({"m", "mobile", "amp", "mobil", "touch"})


def absolute(url: str | None, base: str | None) -> str | None:
    """The address made absolute against ``base``, cleaned of what browsers ignore in it.

    None where it is empty, cannot be read as an address, or stays relative.
    """
    cleaned = encodable(_IGNORED.sub("", url or "")).strip()
    if not cleaned:
        return None
    try:
        joined = urljoin(base, cleaned) if base else cleaned
        parts = urlsplit(joined)
        parts.port  # noqa: B018  raises where the port is no number
    except ValueError:
        return None
    if not parts.scheme or (parts.scheme in _SAFE_SCHEMES and not parts.hostname):
        return None
    return joined


def safe_link(url: str | None) -> str | None:
    """The address if a page may link to it: absolute, and http or https; else None."""
    # To browsers a backslash is a slash, and so the host may end where it stands.
    link = absolute((url or "").replace("\\", "/"), None)
    if link is None:
        return None
    parts = urlsplit(link)
    if parts.scheme.lower() not in _SAFE_SCHEMES or _NO_HOST.search(parts.netloc):
        return None
    return _QUOTED.sub(lambda found: quote(found[0]), link)


def canonical_url(url: str | None) -> str | None:
    """One address for the many that lead to the same piece; None where it is no web address.

    Tracking parameters, fragments, AMP and mobile forms go, redirectors that carry their target
    are opened, host and scheme are in lower case; everything that may select content stays.

    >>> canonical_url("https://m.example.org/a/amp/?utm_source=rss&id=7#top")
    'https://example.org/a/?id=7'
    """
    link = safe_link(url)
    if link is None:
        return None
    parts = urlsplit(link)
    target = _target(parts.hostname or "", parts.path, parts.query)
    if target is not None:
        return canonical_url(target)
    scheme = parts.scheme.lower()
    host = _canonical_host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{parts.port}"
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit(
        (scheme, host, _canonical_path(parts.path), _canonical_query(parts.query), fragment)
    )


def registrable_domain(url_or_host: str | None) -> str | None:
    """The domain that one owner registered: ``bbc.co.uk`` of ``https://news.bbc.co.uk/x``.

    Sites on shared hosters (``name.blogspot.com``) are owners of their own. An IP address or a
    single-label host stands for itself. Asks the Public Suffix List snapshot in the package.
    """
    text = encodable((url_or_host or "").strip())
    if not text:
        return None
    try:
        host = (urlsplit(text if "//" in text else f"//{text}").hostname or "").rstrip(".")
    except ValueError:
        return None
    if not host:
        return None
    return _domain_of_host(host.lower())


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )


@cache
def _domain_of_host(host: str) -> str:
    found = _suffixes().extract_str(host, include_psl_private_domains=True)
    if found.suffix or found.ipv4 or found.ipv6 or ":" in host:
        return found.top_domain_under_public_suffix or host
    # The list's own rule for endings it does not know: the last label is the suffix.
    return ".".join(host.split(".")[-2:])


def _target(host: str, path: str, query: str) -> str | None:
    """Where a redirector leads that says so in its own address."""
    if host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org":
        match = _AMP_CACHE.match(path)
        return f"https://{match['rest']}" if match else None
    if host in {"google.com", "www.google.com"}:
        match = _AMP_CACHE.match(path)
        if match:
            return f"https://{match['rest']}"
        if path == "/url":
            named = dict(parse_qsl(query))
            return safe_link(named.get("url") or named.get("q"))
    return None


def _canonical_host(host: str) -> str:
    host = host.lower().rstrip(".")
    labels = host.split(".")
    own = registrable_domain(host)
    # Only labels below the registered name are forms of a site; "m.org" is a site.
    below = len(labels) - len((own or "").split("."))
    kept = [
        label for place, label in enumerate(labels) if place >= below or label not in _MOBILE_LABELS
    ]
    return ".".join(kept)


def _canonical_path(path: str) -> str:
    segments = path.split("/")
    named = [segment for segment in segments if segment]
    if len(named) > 1:
        if named[-1].lower() in _AMP_SEGMENTS:
            path = "/" + "/".join(named[:-1]) + ("/" if path.endswith("/") else "")
        elif named[0].lower() == "amp":
            path = "/" + "/".join(named[1:]) + ("/" if path.endswith("/") else "")
    path = _AMP_ENDING.sub("", path)
    return quote(path or "/", safe="/%:@!$&'()*+,;=~-._")


def _canonical_query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _is_tracking(part)]
    return quote("&".join(kept), safe="/%:@!$&'()*+,;=~-._?[]")


def _is_tracking(part: str) -> bool:
    if _AMP_QUERY.match(part):
        return True
    name, _, value = part.partition("=")
    name = unquote(name).lower().removeprefix("amp;")
    if name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES):
        return True
    return name in _SYNDICATION_NAMES and bool(_SYNDICATION_VALUE.match(unquote(value)))
