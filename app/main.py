"""The application, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI

from app import __version__
from app.auth.scopes import SCOPES
from app.core.clock import Clock
from app.core.door import DOOR, Door
from app.core.openapi import install_openapi
from app.core.paging import Cursors
from app.core.routing import serve_routes
from app.core.tracing import Tracing, TracingNotInstalledError
from app.enumerations import ENUMERATIONS
from app.quotas import rate_limits
from app.routers import ROUTERS, TAGS
from app.settings import BadSettingsError, Settings
from app.worlds import open_worlds, signing_secrets

_OF_EVERY_CALL: Final = """\
Send a key, or a token that was made from one, as `Authorization: Bearer ...`. The directory, the
catalog and the reference lists need none.

- **Errors** are problem documents (RFC 9457), which name everything that is wrong at once.
  `/problems` explains each code; programs go by `code`.
- **Dates** are days, `YYYY-MM-DD`, in the reporting time zone, and are never converted.
- **Versions**: what can change has an `ETag`. Every write reads `If-Match`, and a PATCH needs it.
- **Repeating**: a push by key can be repeated without harm, and a POST under an `Idempotency-Key`.
- **Lists** come in pages: `page.next_cursor` and the header `Link` lead to the next one.
- **Trying out**: a test key (`pars_test_...`) works on the records of the sandbox and no others.
  A call that knows `validate_only` runs whole with `true`, and saves nothing.
- **Limits**: the header `RateLimit` says what is left; 429 and 503 say in `Retry-After` when to
  come again.

Answers may get further members in later versions; a client ignores those that it does not know.
"""


def create_app(settings: Settings) -> FastAPI:
    """Put the application together for these settings; the lifespan opens the database."""
    tracing = _tracing(settings)

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[dict[str, Door]]:
        worlds = open_worlds(settings)
        application.state.worlds = worlds
        application.state.rate_limits = rate_limits(settings)
        application.state.cursors = Cursors(*signing_secrets(settings))
        try:
            # The web server hands this on to its connections.
            most = settings.pool_size + settings.most_waiting
            yield {DOOR: Door(settings.pool_size, most, application.state.stopping)}
        finally:
            await worlds.close()
            await tracing.close()

    application = FastAPI(
        title="OpenPARS",
        version=__version__,
        summary="An open system of record for accredited continuing medical education.",
        description=_OF_EVERY_CALL,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=TAGS,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=tracing.config,
    )
    application.state.clock = Clock(settings.reporting_zone)
    serve_routes(application, ROUTERS)
    install_openapi(application, SCOPES, ENUMERATIONS)
    return application


def _tracing(settings: Settings) -> Tracing:
    try:
        return Tracing(settings.otel_endpoint)
    except TracingNotInstalledError as error:
        message = "PARS_OTEL_ENDPOINT needs the extra `otel`: pip install 'openpars[otel]'."
        raise BadSettingsError(message) from error
