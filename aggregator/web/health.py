"""The probes: of whoever restarts the process, sends it readers, or watches it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from aggregator.errors import StoreError
from aggregator.model.instants import rfc3339
from aggregator.ports import KeepingStore
from aggregator.web.options import Exposition, StatusProvider

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def routes(
    store: KeepingStore, status: StatusProvider | None, figures: Exposition | None
) -> APIRouter:
    """The two probes, and ``/metrics`` where a service runs in this process."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process answers")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})

    @router.get("/readyz", summary="The process can serve: its database answers")
    async def readyz() -> JSONResponse:
        told: dict[str, Any] = {"status": "ready"}
        try:
            figures = await store.statistics()
        except StoreError as error:
            told = {"status": "not ready", "reason": error.message}
            return JSONResponse(told, status_code=503, headers={"cache-control": "no-store"})
        told |= {"articles": figures.articles, "waiting": figures.waiting}
        if status is not None:
            now = await status()
            told |= {
                "version": now.version,
                "started_at": rfc3339(now.started_at),
                "polling": now.polling,
                "config_error": now.config_error,
                "store_error": now.store_error,
            }
            if now.store_error:
                told["status"] = "not storing"
                headers = {"cache-control": "no-store"}
                return JSONResponse(told, status_code=503, headers=headers)
        return JSONResponse(told, headers={"cache-control": "no-store"})

    if figures is not None:

        @router.get("/metrics", summary="The service's figures, for Prometheus")
        async def metrics() -> Response:
            return Response(figures(), media_type=_PROMETHEUS)

    return router
