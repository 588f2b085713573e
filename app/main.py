"""The application, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__
from app.auth.costs import PER_CREDENTIAL, PER_PROVIDER
from app.auth.scopes import SCOPES
from app.core.clock import Clock
from app.core.door import DOOR, Door
from app.core.openapi import install_openapi
from app.core.paging import Cursors
from app.core.rate_limits import BadStoreError, RateLimits
from app.core.routing import serve_routes
from app.core.tracing import Tracing, TracingNotInstalledError
from app.enumerations import ENUMERATIONS
from app.routers import ROUTERS, TAGS
from app.settings import BadSettingsError, Settings
from app.worlds import open_worlds, signing_secrets


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


def rate_limits(settings: Settings) -> RateLimits:
    """Open the store of the quotas; raise BadSettingsError when there is none."""
    quotas = {
        PER_CREDENTIAL: settings.rate_limit_per_credential,
        PER_PROVIDER: settings.rate_limit_per_provider,
    }
    try:
        return RateLimits(quotas, settings.rate_limit_store)
    except BadStoreError as error:
        message = f"PARS_RATE_LIMIT_STORE is wrong: {error}."
        raise BadSettingsError(message) from error
