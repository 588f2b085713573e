"""The command line `pars`, with the same settings as the server.

Exit code 2: asked for wrongly (usage, settings). Exit code 1: could not be done.
"""

import signal
import sys
from types import FrameType

import asyncpg
import typer
from alembic.util import CommandError as MigrationError
from sqlalchemy.exc import SQLAlchemyError

from app.cli import accreditors, database, documents, keys, providers, supporters
from app.cli.doctor import doctor
from app.cli.failure import CommandError, Stopped, complain, first_line
from app.cli.push import push
from app.cli.seeding import seed
from app.cli.serving import serve
from app.cli.worker_command import worker
from app.core.errors import ProblemError
from app.embedded import EmbeddedPostgresError
from app.settings import BadSettingsError

USAGE, FAILED = 2, 1

application = typer.Typer(
    help="OpenPARS: a system of record for accredited continuing medical education.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
application.command()(serve)
application.command()(worker)
application.command()(doctor)
application.command()(push)
application.command()(seed)
application.add_typer(database.application, name="db")
application.add_typer(accreditors.application, name="accreditors")
application.add_typer(providers.application, name="providers")
application.add_typer(keys.application, name="keys")
application.add_typer(supporters.application, name="supporters")
application.command()(documents.openapi)
application.command()(documents.requirements)
application.command()(documents.errors)


def main() -> None:
    """Run the command line and end the process."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        application()
    except BadSettingsError as error:
        complain(str(error))
        sys.exit(USAGE)
    except (CommandError, EmbeddedPostgresError, MigrationError, ProblemError) as error:
        complain(error.detail if isinstance(error, ProblemError) else str(error))
        sys.exit(FAILED)
    except (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError) as error:
        complain(f"The database did not answer as it should: {first_line(error)}")
        sys.exit(FAILED)


def _stop(number: int, frame: FrameType | None) -> None:
    # As an exception, so that every context that is open gets to close.
    del frame
    raise Stopped(128 + number)
