"""The digest for other programs: Atom, JSON Feed, and the digest's own JSON."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.digest.unread import interests_of
from aggregator.model.digest import Digest
from aggregator.render.atom import digest_atom
from aggregator.render.digest_json import digest_json
from aggregator.render.jsonfeed import digest_jsonfeed
from aggregator.render.syndication import Channel
from aggregator.web.digests import asked_digest
from aggregator.web.site import Site, answer


def routes(site: Site) -> APIRouter:
    """``/feed.atom``, ``/feed.json``, ``/digest.json``: since, limit, category, search."""
    router = APIRouter(tags=["digest"])

    @router.get("/feed.atom", summary="The merged digest as an Atom feed")
    async def atom(request: Request) -> Response:
        return await site.kept(request, lambda: atom_made(request))

    async def atom_made(request: Request) -> Response:
        digest = await _liked(site, request)
        text = digest_atom(digest, channel=_channel(site, request), zone=site.options.zone)
        return answer(text, "application/atom+xml; charset=utf-8")

    @router.get("/feed.json", summary="The merged digest as JSON Feed 1.1")
    async def jsonfeed(request: Request) -> Response:
        return await site.kept(request, lambda: jsonfeed_made(request))

    async def jsonfeed_made(request: Request) -> Response:
        digest = await _liked(site, request)
        text = digest_jsonfeed(digest, channel=_channel(site, request), zone=site.options.zone)
        return answer(text, "application/feed+json; charset=utf-8")

    @router.get("/digest.json", summary="The merged digest with its coverage and evidence")
    async def whole(request: Request) -> Response:
        return await site.kept(request, lambda: whole_made(request))

    async def whole_made(request: Request) -> Response:
        digest = await asked_digest(site, request)
        return answer(digest_json(digest), "application/json; charset=utf-8")

    return router


async def _liked(site: Site, request: Request) -> Digest:
    """The digest without what the reader muted: these feeds are the reader's own."""
    tastes = await site.store.tastes(site.options.reader)
    return await asked_digest(site, request, interests=interests_of(tastes))


def _channel(site: Site, request: Request) -> Channel:
    asked = request.query_params
    query = f"?{request.url.query}" if request.url.query else ""
    kind = next((name for name in ("search", "category") if asked.get(name)), None)
    path = request.url.path.removeprefix(site.options.path)
    return Channel(
        title=f"{site.options.title}: {asked[kind]}" if kind else site.options.title,
        name=f"{kind}:{asked[kind]}" if kind else "digest",
        site_url=site.address(request),
        self_url=site.address(request, path + query),
        home_url=site.address(request, "/" if kind == "search" else f"/{query}"),
    )
