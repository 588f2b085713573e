"""What operators watch: requests by route and status, their time, and the connections.

Routes are counted by their template, so that no id of a record becomes a label. Several
worker processes share their numbers through files when PROMETHEUS_MULTIPROC_DIR is set,
as `pars serve` does.
"""

import os
from functools import lru_cache
from typing import Final, Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import Scope

from app.core.worlds import worlds_of

SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

METRICS: Final = CollectorRegistry()
_REQUESTS: Final = Histogram(
    "pars_request_seconds",
    "Requests by method, route template and status, and how long they took.",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=METRICS,
)
_REFUSALS: Final = Counter(
    "pars_refusals_total",
    "Refused requests by method, route template and problem code.",
    ("method", "route", "code"),
    registry=METRICS,
)
_LISTINGS: Final = Counter(
    "pars_listings_total",
    "Lists and exports that could be read from the replica, by where they were read.",
    ("read_from",),
    registry=METRICS,
)
_CONNECTIONS: Final = Gauge(
    "pars_database_connections",
    "Connections of the pool, in use and in all, by the mode of the keys they serve.",
    ("mode", "state"),
    registry=METRICS,
    multiprocess_mode="livesum",
)

router = APIRouter(include_in_schema=False)


def count_request(scope: Scope, method: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    route = scope.get("route")
    template = route.path_format if route else "unknown"
    _requests(method, template, status).observe(seconds)
    code = scope["state"].get("problem")
    if code is not None:
        _REFUSALS.labels(method, template, code).inc()


@lru_cache(maxsize=2048)
def _requests(method: str, template: str, status: int) -> Histogram:
    series: Histogram = _REQUESTS.labels(method, template, status)
    return series


def count_listing(read_from: Literal["replica", "database"]) -> None:
    """Count a list that was read from the replica, or from the database instead."""
    _LISTINGS.labels(read_from).inc()


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Answer in the text format that Prometheus reads."""
    for world in worlds_of(request):
        connections = world.database.connections
        _CONNECTIONS.labels(world.mode, "in_use").set(connections.in_use)
        _CONNECTIONS.labels(world.mode, "open").set(connections.open)
    registry = METRICS
    if SHARED_FOLDER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
