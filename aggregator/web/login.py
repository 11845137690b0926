"""The login form, where a password is asked for."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.web.forms import own_path
from aggregator.web.gate import COOKIE, SESSION, Doorkeeper, TooManyTries, client_address
from aggregator.web.site import Site, session_of


def routes(site: Site, doorkeeper: Doorkeeper) -> APIRouter:
    """``/login`` and ``/logout``."""
    router = APIRouter(include_in_schema=False)
    home = site.options.path + "/"

    def form_page(request: Request, back: str, fault: str = "", status: int = 200) -> Response:
        return site.page(
            request, "login.html", status=status, back=own_path(back, home), fault=fault
        )

    @router.get("/login")
    async def ask(request: Request) -> Response:
        return form_page(request, request.query_params.get("back", ""))

    @router.post("/login")
    async def enter(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        back, password = str(form.get("back", "")), str(form.get("password", ""))
        try:
            right = await doorkeeper.admits(password, client_address(request, site.options))
        except TooManyTries:
            words = "Too many wrong passwords came from here. Wait five minutes."
            return form_page(request, back, words, status=429)
        if not right:
            return form_page(request, back, "That is not the password.", status=403)
        response = site.go(own_path(back, home))
        response.set_cookie(
            COOKIE,
            doorkeeper.new_session(),
            max_age=int(SESSION.total_seconds()),
            path=home,
            httponly=True,
            secure=site.options.secure or request.url.scheme == "https",
            samesite="lax",
        )
        return response

    @router.post("/logout")
    async def leave(request: Request) -> Response:
        await site.tokens.read(request, session_of(request))
        response = site.go(f"{site.options.path}/login")
        response.delete_cookie(COOKIE, path=home)
        return response

    return router
