"""Why a command failed, of all that can fail."""

from typing import NamedTuple

from alembic.util import CommandError as MigrationError
from sqlalchemy.exc import SQLAlchemyError

from app.cli.failure import CommandError, first_line
from app.core.database import CONNECTION_ERRORS
from app.core.errors import ProblemError
from app.embedded import EmbeddedPostgresError
from app.settings import BadSettingsError

USAGE, FAILED = 2, 1


class Reason(NamedTuple):
    """The exit code of a command that failed, and one line for a person."""

    exit_code: int
    said: str


def reason(error: Exception) -> Reason | None:
    """Return why a command failed; None when the error is a fault of ours."""
    if isinstance(error, BadSettingsError):
        return Reason(USAGE, str(error))
    if isinstance(error, ProblemError):
        return Reason(FAILED, error.detail)
    if isinstance(error, CommandError | EmbeddedPostgresError | MigrationError):
        return Reason(FAILED, str(error))
    if isinstance(error, (*CONNECTION_ERRORS, SQLAlchemyError)):
        said = f"The database did not answer as it should: {first_line(error)}"
        return Reason(FAILED, said)
    return None
