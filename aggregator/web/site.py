"""What all routes share: the ports, the reader's options, and how a page is made and answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from aggregator.model.digest import Window
from aggregator.model.instants import Instant
from aggregator.model.store import SearchQuery
from aggregator.ports import Clock, Store
from aggregator.render.templating import environment
from aggregator.settings.durations import duration_text
from aggregator.text.controls import xml_text
from aggregator.web.forms import FIELD, FormTokens, own_path
from aggregator.web.kept import Shelf
from aggregator.web.options import WebOptions

NOTICE = "done"
"""The query parameter by which a page is told what was just done, to say so and offer undo."""

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The application's one context; handlers take it as an argument and keep nothing."""

    store: Store
    clock: Clock
    options: WebOptions
    tokens: FormTokens
    templates: Environment
    assets: Mapping[str, str]
    shelf: Shelf

    def page(
        self, request: Request, template: str, *, status: int = 200, **context: Any
    ) -> Response:
        """A page of ours."""
        theme = request.cookies.get("theme")
        path = request.url.path.removeprefix(self.options.path) or "/"
        text = self.templates.get_template(template).render(
            base=self.options.path,
            site=self.options.title,
            theme=theme if theme in THEMES else "auto",
            token=self.tokens.token(session_of(request)),
            token_field=FIELD,
            assets=self.assets,
            here=here(request, self.options.path),
            path=path,
            asked_for_password=bool(self.options.password_hash) and bool(session_of(request)),
            **context,
        )
        return answer(xml_text(text), "text/html; charset=utf-8", status=status)

    async def kept(self, request: Request, make: Callable[[], Awaitable[Response]]) -> Response:
        """What ``make`` answers, out of memory as long as nothing it was made of has changed."""
        query = request.query_params
        if NOTICE in query:
            return await make()
        key = (
            request.url.path,
            request.url.query,
            request.headers.get("host"),
            request.url.scheme,
            request.cookies.get("theme"),
            session_of(request),
        )
        return await self.shelf.answer(request, key, make)

    def window(self, now: Instant, since: timedelta | None = None) -> Window:
        """The span a page speaks of, up to now."""
        return Window(start=now - (since or self.options.since), end=now)

    def go(self, path: str, **query: str) -> Response:
        """Sends the browser on to a path of this site after a write (303: with a GET)."""
        if query:
            path += ("&" if "?" in path else "?") + urlencode(query)
        return RedirectResponse(own_path(path, self.options.path + "/"), status_code=303)

    def address(self, request: Request, path: str = "") -> str:
        """The absolute address of a path, as the site was called."""
        return f"{request.url.scheme}://{request.url.netloc}{self.options.path}{path}"


def search_link(query: SearchQuery) -> str:
    """The query string by which the search page asks the same."""
    fields = {
        "q": query.text,
        "outlet": query.outlet,
        "language": query.language,
        "topic": query.topic,
    }
    return urlencode({key: value for key, value in fields.items() if value})


def here(request: Request, base: str) -> str:
    """The path a page was asked by, with its query but for the notice of what was just done."""
    path = base + (request.url.path.removeprefix(base) or "/")
    query = urlencode([(k, v) for k, v in request.query_params.multi_items() if k != NOTICE])
    return own_path(f"{path}?{query}" if query else path, base + "/")


def wants_json(request: Request) -> bool:
    """Whether a program asks, which has no use for a page."""
    return "application/json" in request.headers.get("accept", "")


def session_of(request: Request) -> str:
    """The session that a form token is bound to; empty where nobody is asked to log in."""
    return str(request.scope.get("aggregator.session", ""))


def answer(text: str, media_type: str, *, status: int = 200) -> Response:
    """A body with its ETag; `Conditional` spares whoever holds it already."""
    body = text.encode("utf-8", "replace")
    headers = {
        "etag": f'W/"{blake2b(body, digest_size=12).hexdigest()}"',
        "cache-control": "private, no-cache",
        "vary": "Cookie",
    }
    return Response(body, status_code=status, media_type=media_type, headers=headers)


def site_templates(options: WebOptions) -> Environment:
    """The templates of the site over those of the package ``render``."""
    templates = environment(PackageLoader("aggregator.web", "templates"), zone=options.zone)
    templates.filters["duration"] = duration_text
    templates.filters["search_link"] = search_link
    return templates
