"""What a request says: who asks, for what, and nothing that another host should not hear."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote

import httpx

from aggregator import __version__
from aggregator.errors import FetchError
from aggregator.fetch import decode
from aggregator.fetch.options import FetchOptions
from aggregator.model.poll import FetchRequest

FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
    "application/json;q=0.7, text/html;q=0.3, */*;q=0.1"
)

_SECRET = re.compile(r"\$\{([^{}]+)\}")


class Courtesy:
    """Makes the headers of every hop."""

    def __init__(self, options: FetchOptions) -> None:
        self._contact = options.contact
        self._credentials = options.credentials
        self._secrets = options.secrets
        self._feeds: Counter[str] = Counter()

    def follow(self, urls: Iterable[str]) -> None:
        """Learns which feeds are followed, to tell each host how many of them are its own."""
        self._feeds = Counter(host_of(url) for url in urls)

    def user_agent(self, host: str) -> str:
        """Name, version, whom to write to if set, and how many feeds of this host we follow.

        One request serves all readers of this installation; the number lets a feed's owner see
        that many requests are many feeds, not one feed asked for many times.
        """
        count = max(1, self._feeds[host])
        feeds = "1 feed" if count == 1 else f"{count} feeds"
        contact = f"+{self._contact}; " if self._contact else ""
        return f"aggregator/{__version__} ({contact}{feeds} here)"

    def headers(
        self, request: FetchRequest, asked: httpx.URL, url: httpx.URL
    ) -> list[tuple[str, str]]:
        """The headers for ``url``: the address ``asked`` for, or a redirect's.

        Validators go to the host that gave them and credentials to the origin they are for, no
        further, wherever a redirect leads.
        """
        headers = [
            ("Host", url.netloc.decode("ascii")),
            ("User-Agent", self.user_agent(url.host)),
            ("Accept", request.accept or FEED_TYPES),
            ("Accept-Encoding", decode.ACCEPTED),
            ("Connection", "close"),
        ]
        validators = request.validators
        if _place(url) == _place(httpx.URL(validators.url) if validators.url else asked):
            if validators.etag is not None:
                headers.append(("If-None-Match", validators.etag))
                if request.accept is None:
                    headers.append(("A-IM", "feed"))
            if validators.last_modified is not None:
                headers.append(("If-Modified-Since", validators.last_modified))
        if request.form is not None:
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        if _origin(url) == _origin(asked):
            replaced = {name.lower() for name, _ in request.headers}
            headers = [pair for pair in headers if pair[0].lower() not in replaced]
            headers.extend((name, self._with_secrets(name, held)) for name, held in request.headers)
            login = self._login(asked)
            if login is not None and "authorization" not in replaced:
                headers.append(("Authorization", login))
        return headers

    def _with_secrets(self, name: str, value: str) -> str:
        """A header's value with the secrets that it names; they are known here and nowhere else."""

        def secret(named: re.Match[str]) -> str:
            try:
                return self._secrets[named[1].strip().lower()]
            except KeyError:
                raise FetchError(
                    f"its header {name} names the secret {named[0]}, which is not set",
                    hint="Secrets are a JSON object of texts in AGGREGATOR_FETCH_SECRETS.",
                ) from None

        return _SECRET.sub(secret, value)

    def _login(self, url: httpx.URL) -> str | None:
        pair = (
            f"{unquote(url.username)}:{unquote(url.password)}"
            if url.userinfo
            else self._credentials.get(url.host)
        )
        return pair and "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def host_of(url: str) -> str:
    """The host name in an address; empty where there is none."""
    try:
        return httpx.URL(url).host
    except (httpx.InvalidURL, ValueError):
        return ""


def shown(url: str) -> str:
    """An address as logs and messages may show it: without a user name and password.

    >>> shown("https://me:secret@example.org/feed")
    'https://example.org/feed'
    """
    head, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{head}{mark}{authority.rpartition('@')[2]}{slash}{path}"


def _place(url: httpx.URL) -> tuple[str, int | None]:
    """Host and port; the ports of http and https are one place, for sites that move to https."""
    return url.host, url.port if url.port not in {80, 443} else None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port; the step from http to https keeps its secrets, the other does not."""
    return (url.scheme, *_place(url))
