"""Spans of requests, sent to an OpenTelemetry collector; needs the extra `otel`.

A span says which route was called, how it was answered and how long that took. It never
says for which record: paths and queries hold ids, and what people search for.
"""

import os
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from app import __version__

_TOLD_BY_THE_CLIENT: Final = ("url.path", "url.query", "server.address")
_WITHHELD: Final = "REDACTED"
_SECONDS_TO_SEND: Final = 3


class _Discretion(SpanProcessor):
    """Takes from each span what the client wrote, before anything else sees it."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Withhold what would tell of whom the request was."""
        del parent_context
        for name in _TOLD_BY_THE_CLIENT:
            if name in (span.attributes or {}):
                span.set_attribute(name, _WITHHELD)


def tracer_to(endpoint: str) -> TracerProvider:
    """Return what makes spans and sends them to the collector at this address.

    The variables of OpenTelemetry itself (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES,
    OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS) mean what they mean everywhere.
    """
    name = os.environ.get("OTEL_SERVICE_NAME", "openpars")
    resource = Resource.create({"service.name": name, "service.version": __version__})
    tracer = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_SECONDS_TO_SEND)
    tracer.add_span_processor(_Discretion())
    tracer.add_span_processor(BatchSpanProcessor(exporter))
    return tracer
