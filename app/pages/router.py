"""The landing page, the API to try and to read, and the files they load."""

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from app.pages import policies
from app.pages.assets import asset
from app.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/")
async def landing() -> HTMLResponse:
    """Say what this is, and where to go on."""
    return page("landing.html")


@router.get("/docs")
async def swagger_ui() -> HTMLResponse:
    """Show the API to try, in Swagger UI."""
    return page("docs.html", policies.SWAGGER_UI)


@router.get("/redoc")
async def redoc() -> HTMLResponse:
    """Show the API to read, in ReDoc."""
    return page("redoc.html", policies.REDOC)


@router.get("/static/{digest}/{name}")
async def static_file(
    digest: str, name: str, accept_encoding: Annotated[str, Header()] = ""
) -> Response:
    """Send a file that a page loads; browsers may keep it for ever."""
    try:
        file = asset(name)
    except KeyError:
        raise HTTPException(404) from None
    # Under the address of another content it would be kept for ever in its place.
    if digest != file.digest:
        raise HTTPException(404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Type": file.media_type,
        "Vary": "Accept-Encoding",
    }
    if "gzip" in accept_encoding:
        return Response(file.compressed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.content, headers=headers)
