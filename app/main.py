"""The application, put together."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from app import __version__
from app.auth.authentication import Authenticator
from app.core.clock import Clock
from app.core.database import Database
from app.core.log import configure_logging
from app.core.middleware import Frame
from app.core.openapi import install_openapi
from app.core.paging import Cursors
from app.core.problem_responses import install_problem_handlers, known_parameters
from app.reference.board_catalogue import BoardCatalogue
from app.routers import ROUTERS, TAGS
from app.settings import BadSettingsError, Settings, load_settings


def create_app(settings: Settings) -> FastAPI:
    """Put the application together for these settings; the lifespan opens the database."""

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        if settings.database_url is None or settings.secret_key is None:
            message = "PARS_DATABASE_URL and PARS_SECRET_KEY are needed; `pars serve` sets both."
            raise BadSettingsError(message)
        database = Database(settings.database_url, settings.pool_size)
        application.state.database = database
        application.state.cursors = Cursors(settings.secret_key.get_secret_value())
        application.state.authenticator = Authenticator(database)
        application.state.boards = BoardCatalogue(database)
        try:
            yield
        finally:
            await database.close()

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
        dependencies=[Depends(known_parameters)],
    )
    application.state.clock = Clock(settings.reporting_zone)
    for router in ROUTERS:
        application.include_router(router)
    install_problem_handlers(application)
    install_openapi(application)
    application.add_middleware(Frame)
    return application


def build() -> FastAPI:
    """Build the application from the environment, as each worker process does."""
    settings = load_settings()
    configure_logging(logging.getLevelNamesMapping()[settings.log_level.upper()])
    return create_app(settings)
