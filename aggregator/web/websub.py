"""Where hubs call back: they verify what was asked, and deliver what is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from aggregator.cadence.websub import CallbackAnswer

LARGEST = 15 * 1024 * 1024


class Hubs(Protocol):
    """What stands behind the callback."""

    async def verify(self, feed_id: str, query: Mapping[str, str]) -> CallbackAnswer:
        """Answers a hub's question."""
        ...

    async def deliver(
        self, feed_id: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        """Takes in a hub's delivery."""
        ...


def routes(hubs: Hubs) -> APIRouter:
    """The callback; hubs prove themselves by what they know, not by a password."""
    router = APIRouter(tags=["websub"])

    @router.get("/websub/{feed_id}", summary="A hub asks whether we meant it")
    async def verify(feed_id: str, request: Request) -> Response:
        answer = await hubs.verify(feed_id, dict(request.query_params))
        return PlainTextResponse(answer.body, status_code=answer.status)

    @router.post("/websub/{feed_id}", summary="A hub delivers")
    async def deliver(feed_id: str, request: Request) -> Response:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return Response(status_code=413)
        answer = await hubs.deliver(feed_id, request.headers, bytes(body))
        return Response(status_code=answer.status)

    return router
