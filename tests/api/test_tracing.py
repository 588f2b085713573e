"""Traces tell which routes are called and how they end, and nothing of whom it was about."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from app.main import create_app
from app.settings import BadSettingsError, Settings
from tests.harness import ReportingProvider

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Collector:
    """What stands where a collector would, and keeps what it is sent."""

    def __init__(self, server: HTTPServer, received: dict[str, list[bytes]]) -> None:
        self.address = f"http://127.0.0.1:{server.server_port}"
        self._received = received

    def traces(self) -> list[bytes]:
        assert set(self._received) <= {"/v1/traces"}
        return self._received.get("/v1/traces", [])


@pytest.fixture
def collector() -> Iterator[Collector]:
    received: dict[str, list[bytes]] = {}

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.setdefault(self.path, []).append(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Collector(server, received)
        server.shutdown()
        thread.join()


@asynccontextmanager
async def client_of(settings: Settings, key: str) -> AsyncIterator[httpx.AsyncClient]:
    application = create_app(settings)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(application, raise_app_exceptions=False),
            base_url="http://canary-host",
            headers={"Authorization": f"Bearer {key}"},
        ) as client,
    ):
        yield client


async def test_a_request_becomes_a_span_of_its_route_and_of_nobody(
    settings: Settings, provider: ReportingProvider, collector: Collector
) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415
        ExportTraceServiceRequest,
    )

    tracing = settings.model_copy(update={"otel_endpoint": collector.address})
    async with client_of(tracing, provider.key) as client:
        parent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        await client.get(f"{provider.activities}?q=canary-query", headers=parent)
        await client.get(f"{provider.activities}/canary-record")
        await client.post(provider.activities, json={"title": "canary-body"})
        await client.get("/canary-path")
        await client.get("/livez")
    # Usually all at once, with the end of the application; every five seconds before.
    resources = [
        resource
        for sent in collector.traces()
        for resource in ExportTraceServiceRequest.FromString(sent).resource_spans
    ]
    for resource in resources:
        names = {one.key: one.value.string_value for one in resource.resource.attributes}
        assert names["service.name"] == "openpars"
    spans = [
        span for resource in resources for scope in resource.scope_spans for span in scope.spans
    ]
    told = [
        {
            one.key: one.value.string_value or one.value.int_value
            for one in span.attributes
            if one.key in {"http.route", "http.response.status_code"}
        }
        for span in spans
    ]
    route = "/v1/providers/{provider_id}/activities"
    assert told == [
        {"http.route": route, "http.response.status_code": 200},
        {"http.route": f"{route}/{{activity_id}}", "http.response.status_code": 404},
        {"http.route": route, "http.response.status_code": 422},
        {"http.response.status_code": 404},
    ]
    assert spans[0].name == f"GET {route}"
    assert spans[0].trace_id.hex() == TRACE
    for secret in (b"canary", provider.provider_id.encode(), provider.key.encode()):
        assert secret not in b"".join(collector.traces())


async def test_nothing_is_sent_unless_it_is_asked_for(
    settings: Settings,
    provider: ReportingProvider,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    async with client_of(settings, provider.key) as client:
        await client.get(provider.activities)
    assert collector.traces() == []


def test_without_the_packages_a_start_says_what_is_needed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "app.core.spans", None)
    tracing = settings.model_copy(update={"otel_endpoint": "http://127.0.0.1:4318"})
    with pytest.raises(BadSettingsError, match=r"openpars\[otel\]"):
        create_app(tracing)
