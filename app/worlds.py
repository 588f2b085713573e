"""Opening the live world, and the sandbox where the settings name one."""

from app.auth.authentication import Authenticator
from app.auth.tokens import SANDBOX_ISSUER, TokenKeys
from app.core.database import Database
from app.core.replica import ReplicatedDatabase
from app.core.worlds import World, Worlds
from app.providers.opening import Opening
from app.reference.board_catalogue import BoardCatalogue
from app.settings import BadSettingsError, Settings


def open_worlds(settings: Settings) -> Worlds:
    """Return the worlds of these settings; their connections are made when they are needed."""
    secret, previous = signing_secrets(settings)
    if settings.database_url is None:
        message = "PARS_DATABASE_URL is needed; `pars serve` sets it."
        raise BadSettingsError(message)
    database = _live_database(settings.database_url, settings)
    live = World(
        "live",
        database,
        Authenticator(database, TokenKeys(secret, previous)),
        BoardCatalogue(database),
        Opening(database),
    )
    if settings.sandbox_url is None:
        return Worlds(live)
    tokens = TokenKeys(secret, previous, SANDBOX_ISSUER)
    # Whoever tries something out may wait a little longer than whoever reports.
    database = Database(settings.sandbox_url, settings.sandbox_pool_size, settings.most_waiting)
    sandbox = World("test", database, Authenticator(database, tokens), BoardCatalogue(database))
    return Worlds(live, sandbox, tokens.heads())


def _live_database(url: str, settings: Settings) -> Database:
    if settings.replica_url is None:
        return Database(url, settings.pool_size, settings.most_waiting)
    return ReplicatedDatabase(url, settings.replica_url, settings.pool_size, settings.most_waiting)


def signing_secrets(settings: Settings) -> tuple[str, list[str]]:
    """Return what signs tokens and cursors, and what did before.

    Raises BadSettingsError when nothing is set.
    """
    if settings.secret_key is None:
        message = "PARS_SECRET_KEY is needed; `pars serve` sets it."
        raise BadSettingsError(message)
    previous = [one.get_secret_value() for one in settings.previous_secret_keys]
    return settings.secret_key.get_secret_value(), previous
