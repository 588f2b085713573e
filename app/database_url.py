"""The address of a PostgreSQL, as a person writes it and as SQLAlchemy wants it."""

from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_LAST_PORT: Final = 65535
_WRONG_PORT: Final = f"a PostgreSQL address whose port is a number up to {_LAST_PORT}"
# What may stand behind the question mark; the driver takes anything else for a fault of ours.
_OPTIONS: Final = (
    "gsslib",
    "host",
    "krbsrvname",
    "passfile",
    "password",
    "port",
    "ssl",
    "sslmode",
    "target_session_attrs",
    "user",
)


class BadAddressError(Exception):
    """An address that leads to no PostgreSQL; the message says what would be right."""


def understood_url(value: str) -> str:
    """Accept the address as other tools write it, and return it as SQLAlchemy wants it.

    Raises BadAddressError, which repeats nothing of the address: it may hold a password.
    """
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        message = "a PostgreSQL address such as postgresql://user:password@host:5432/pars"
        raise BadAddressError(message)
    try:
        has_database = len(urlsplit(f"postgresql://{rest}").path) > 1
    except ValueError:
        has_database = False
    if not has_database:
        message = "a PostgreSQL address that names a database, as in .../pars"
        raise BadAddressError(message)
    # libpq says `sslmode` where asyncpg says `ssl`.
    address, mark, options = rest.partition("?")
    understood = f"postgresql+asyncpg://{address}{mark}{options.replace('sslmode=', 'ssl=')}"
    _insist_on_arguments(understood)
    return understood


def _insist_on_arguments(understood: str) -> None:
    try:
        address = make_url(understood)
        _, arguments = address.get_dialect()().create_connect_args(address)
    except (ArgumentError, ValueError):
        raise BadAddressError(_WRONG_PORT) from None
    ports = arguments.get("port", _LAST_PORT)
    if not all(0 < port <= _LAST_PORT for port in (ports if isinstance(ports, list) else [ports])):
        raise BadAddressError(_WRONG_PORT)
    if not set(address.query).issubset(_OPTIONS):
        message = (
            f"a PostgreSQL address with no other options than {', '.join(_OPTIONS)}; "
            "of what else libpq knows, set the variable, such as PGSSLROOTCERT"
        )
        raise BadAddressError(message)
