"""Read, star, mute: what the reader does with stories, each undoable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregator.errors import UsageError
from aggregator.model.instants import Instant, from_rfc3339, rfc3339
from aggregator.model.reading import StoryMark
from aggregator.render.view import plural
from aggregator.web.forms import own_path
from aggregator.web.site import NOTICE, Site, session_of, wants_json

_CHANGES: Mapping[str, Callable[[StoryMark, Instant], StoryMark]] = {
    "read": lambda mark, now: replace(mark, read_at=now),
    "unread": lambda mark, now: replace(mark, read_at=None),
    "star": lambda mark, now: replace(mark, starred=True),
    "unstar": lambda mark, now: replace(mark, starred=False),
    "mute": lambda mark, now: replace(mark, muted=True),
    "unmute": lambda mark, now: replace(mark, muted=False),
}
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What was just done, and the button that takes it back.

    ``undo`` and ``value`` are the button's name and value, ``action`` where it leads if not to
    the marks.
    """

    words: str
    undo: str
    value: str
    action: str | None = None


def routes(site: Site) -> APIRouter:
    """``/marks``: fields named after what to do, each with a story's id; ``all``; ``undo``."""
    router = APIRouter(include_in_schema=False)

    @router.post("/marks")
    async def marks(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        back = form.get("back")
        target = own_path(back if isinstance(back, str) else None, site.options.path + "/")
        undone = form.get("undo")
        done = await (_undo(site, str(undone)) if undone else _mark(site, form))
        if wants_json(request):
            return JSONResponse({"done": done})
        return site.go(target, **({NOTICE: done} if done else {}))

    return router


async def _mark(site: Site, form: FormData) -> str:
    """Makes the changes; what to tell the next page."""
    asked = [
        (what, value)
        for what, value in form.multi_items()
        if what in _CHANGES and isinstance(value, str)
    ]
    asked += [("read", story_id) for story_id in str(form.get("all", "")).split()]
    if len(asked) > _MOST:
        raise UsageError(f"That are more than {_MOST} marks at once.")
    now, reader = site.clock.now(), site.options.reader
    marks = dict(await site.store.marks(reader, [story_id for _, story_id in asked]))
    for what, story_id in asked:
        mark = marks.get(story_id, StoryMark(story_id=story_id))
        marks[story_id] = _CHANGES[what](mark, now)
    wanted = [marks[story_id] for story_id in dict.fromkeys(value for _, value in asked)]
    await site.store.save_marks(reader, wanted)
    read = sum(what == "read" for what, _ in asked)
    muted = [story_id for what, story_id in asked if what == "mute"]
    if read:
        return f"read {read} {rfc3339(now)}"
    return f"mute {muted[0]}" if muted else ""


async def _undo(site: Site, instant: str) -> str:
    try:
        await site.store.unread_again(site.options.reader, from_rfc3339(instant))
    except ValueError:
        raise UsageError(f"{instant!r} is no instant.") from None
    return ""


def notice(request: Request) -> Notice | None:
    """What the page should say was just done, out of its address; None where that says nothing."""
    match request.query_params.get(NOTICE, "").split():
        case ["read", count, instant] if count.isascii() and count.isdigit():
            words = f"{plural(int(count), 'story', 'stories')} marked as read."
            return Notice(words=words, undo="undo", value=instant)
        case ["mute", story_id]:
            return Notice(words="The story is muted.", undo="unmute", value=story_id)
        case ["mended", key, *words] if words:
            said = " ".join(words)
            return Notice(words=said, undo="mended", value=key, action="/mend/undo")
        case _:
            return None
