"""The application, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__
from app.auth.authentication import Authenticator
from app.auth.costs import PER_CREDENTIAL, PER_PROVIDER
from app.auth.scopes import SCOPES
from app.auth.tokens import TokenKeys
from app.core.clock import Clock
from app.core.database import Database
from app.core.openapi import install_openapi
from app.core.paging import Cursors
from app.core.rate_limits import BadStoreError, RateLimits
from app.core.replica import ReplicatedDatabase
from app.core.routing import serve_routes
from app.core.tracing import Tracing, TracingNotInstalledError
from app.core.worlds import World, Worlds
from app.enumerations import ENUMERATIONS
from app.reference.board_catalogue import BoardCatalogue
from app.routers import ROUTERS, TAGS
from app.settings import BadSettingsError, Settings


def create_app(settings: Settings) -> FastAPI:
    """Put the application together for these settings; the lifespan opens the database."""
    tracing = _tracing(settings)

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        if settings.database_url is None or settings.secret_key is None:
            message = "PARS_DATABASE_URL and PARS_SECRET_KEY are needed; `pars serve` sets both."
            raise BadSettingsError(message)
        limits = rate_limits(settings)
        secret = settings.secret_key.get_secret_value()
        previous = [one.get_secret_value() for one in settings.previous_secret_keys]
        database = _database(settings.database_url, settings)
        authenticator = Authenticator(database, TokenKeys(secret, previous))
        worlds = Worlds(World("live", database, limits, authenticator, BoardCatalogue(database)))
        application.state.cursors = Cursors(secret)
        application.state.worlds = worlds
        try:
            yield
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
    serve_routes(application, ROUTERS, settings.pool_size + settings.most_waiting)
    install_openapi(application, SCOPES, ENUMERATIONS)
    return application


def _tracing(settings: Settings) -> Tracing:
    try:
        return Tracing(settings.otel_endpoint)
    except TracingNotInstalledError as error:
        message = "PARS_OTEL_ENDPOINT needs the extra `otel`: pip install 'openpars[otel]'."
        raise BadSettingsError(message) from error


def _database(url: str, settings: Settings) -> Database:
    if settings.replica_url is None:
        return Database(url, settings.pool_size, settings.most_waiting)
    return ReplicatedDatabase(url, settings.replica_url, settings.pool_size, settings.most_waiting)


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
