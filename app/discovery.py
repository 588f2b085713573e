"""The first thing a program asks: what this is and where things are."""

from datetime import date

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app import __version__
from app.core.openapi import describe
from app.core.worlds import clock_of

router = APIRouter(tags=["Discovery"])


class Links(BaseModel):
    """Where to go on from here; `{...}` is to be filled in."""

    self: str = "/v1"
    me: str = "/v1/me"
    activities: str = "/v1/providers/{provider_id}/activities"
    formats: str = "/v1/reference/formats"
    requirements: str = "/v1/reference/requirements"
    moc_boards: str = "/v1/moc-boards"
    openapi: str = "/openapi.json"
    docs: str = "/docs"
    problems: str = "/problems"


class Discovery(BaseModel):
    """What answers here, and its day."""

    name: str
    version: str
    today: date
    reporting_timezone: str
    links: Links


@router.get("/v1", operation_id="discovery_get", **describe(public=True))
async def discover(request: Request) -> Discovery:
    """Name the service, its version, its links, and today in the reporting time zone."""
    clock = clock_of(request)
    return Discovery(
        name="OpenPARS",
        version=__version__,
        today=clock.today(),
        reporting_timezone=str(clock.reporting_zone),
        links=Links(),
    )
