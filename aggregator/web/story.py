"""A story's own page, its articles, and what one wording changed of another."""

from __future__ import annotations

from itertools import pairwise

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from aggregator.digest.compare import change_words, compare
from aggregator.digest.unread import state_of
from aggregator.errors import UsageError
from aggregator.model.article import Article
from aggregator.web.dossier import body, dossier
from aggregator.web.marks import notice
from aggregator.web.site import Site


def routes(site: Site) -> APIRouter:
    """``/stories/{id}``, ``/articles/{id}`` and ``/compare?a=…&b=…``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stories/{story_id}")
    async def story(request: Request, story_id: str) -> Response:
        return await site.kept(request, lambda: opened(request, story_id))

    async def opened(request: Request, story_id: str) -> Response:
        found = await site.store.story(story_id)
        if found.id != story_id:
            # Not for good: a story that was merged may be taken apart again.
            return RedirectResponse(f"{site.options.path}/stories/{found.id}", status_code=302)
        members = await site.store.articles([row.id for row in found.coverage])
        marks = await site.store.marks(site.options.reader, [story_id])
        laid_open = dossier(found, members)
        return site.page(
            request,
            "story.html",
            story=found,
            view=laid_open.view,
            dossier=laid_open,
            now=site.clock.now(),
            marks=marks,
            state=state_of(found, marks.get(story_id)),
            notice=notice(request),
        )

    @router.get("/articles/{article_id}")
    async def article(request: Request, article_id: str) -> Response:
        stored = await site.store.article(article_id)
        revisions = await site.store.revisions(article_id) if stored.revisions else ()
        wordings = [(r.seen_at, r.article) for r in revisions]
        wordings.append((stored.article.fetched_at, stored.article))
        steps = [
            {
                "since": since,
                "title": compare((old.title,), (new.title,)),
                "paragraphs": compare(_body(old), _body(new)),
                "words": change_words(_body(old), _body(new)),
            }
            for (_, old), (since, new) in pairwise(wordings)
        ]
        return site.page(
            request,
            "article.html",
            article=stored.article,
            withdrawn_at=stored.withdrawn_at,
            place=stored.membership,
            paragraphs=body(stored),
            steps=steps[::-1],
            now=site.clock.now(),
        )

    @router.get("/compare")
    async def compared(request: Request) -> Response:
        ids = [request.query_params.get(name, "") for name in ("a", "b")]
        if not all(ids):
            raise UsageError("A comparison takes two articles: ?a=…&b=…")
        one, two = [await site.store.article(name) for name in ids]
        return site.page(
            request,
            "compare.html",
            a=one,
            b=two,
            title=compare((one.article.title,), (two.article.title,)),
            paragraphs=compare(body(one), body(two)),
            words=change_words(body(one), body(two)),
            now=site.clock.now(),
        )

    return router


def _body(article: Article) -> tuple[str, ...]:
    return article.paragraphs or ((article.summary,) if article.summary else ())
