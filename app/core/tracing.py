"""Traces of requests, when a setting asks for them: FastAPI makes them, a collector gets them."""

import asyncio
from typing import Any, Final

from fastapi.telemetry import TelemetryConfig
from starlette.types import Scope

# Nothing is made unless it is asked for here, whatever else the environment says.
_NONE: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_WATCHING: Final = frozenset({"/livez", "/readyz", "/metrics"})


class TracingNotInstalledError(Exception):
    """The packages that send traces are absent."""


class Tracing:
    """What FastAPI is told of traces, and sending the last of them at the end."""

    def __init__(self, endpoint: str | None) -> None:
        """Prepare to send to the collector at this address; none is no traces.

        Raises TracingNotInstalledError.
        """
        self.config = _NONE
        self._tracer: Any = None
        if endpoint is None:
            return
        try:
            # These packages are an extra, and take their time to import.
            from app.core.spans import tracer_to  # noqa: PLC0415
        except ImportError as error:
            raise TracingNotInstalledError from error
        self._tracer = tracer_to(endpoint)
        self.config = {
            **_NONE,
            "tracing": True,
            "tracer_provider": self._tracer,
            "exclude": _is_watching,
        }

    async def close(self) -> None:
        """Send what is not sent yet."""
        if self._tracer is not None:
            await asyncio.to_thread(self._tracer.shutdown)


def _is_watching(scope: Scope) -> bool:
    return scope["path"] in _WATCHING
