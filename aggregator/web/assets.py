"""Style, script and icon from the package, under addresses that change with their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from aggregator.render.templating import style_sheet

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_NAMES = ("pages.css", "keys.js", "order.js", "icon.svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file the browser may keep for good: another content has another address."""

    name: str
    body: bytes

    @property
    def path(self) -> str:
        """Its path below the site's root."""
        stem, _, ending = self.name.rpartition(".")
        return f"/static/{stem}.{blake2b(self.body, digest_size=6).hexdigest()}.{ending}"


def load_assets() -> Mapping[str, Asset]:
    """Every asset by its name."""
    folder = files("aggregator.web") / "static"
    bodies = {name: (folder / name).read_bytes() for name in _NAMES}
    bodies["style.css"] = style_sheet().encode()
    return {name: Asset(name=name, body=body) for name, body in bodies.items()}


def routes(assets: Mapping[str, Asset]) -> APIRouter:
    """Serves the assets."""
    by_path = {asset.path.removeprefix("/static/"): asset for asset in assets.values()}
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        asset = by_path.get(name)
        if asset is None:
            return Response(status_code=404)
        return Response(
            asset.body,
            media_type=_TYPES[asset.name.rpartition(".")[2]],
            headers={"cache-control": "public, max-age=31536000, immutable"},
        )

    return router
