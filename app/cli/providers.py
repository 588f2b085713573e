"""`pars providers`: entering the providers that report."""

import contextlib
from typing import Annotated

import typer

from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_databases, with_database
from app.cli.failure import CommandError
from app.core.database import Database
from app.providers.models import Provider
from app.providers.service import add_provider
from app.settings import load_settings

application = typer.Typer(help="The providers that report.", no_args_is_help=True)

DIGITS = 7


def provider_id(value: str) -> str:
    """Accept the seven digits of a provider, leading zeros and all."""
    if len(value) != DIGITS or not (value.isascii() and value.isdigit()):
        message = f"{value!r} is not a provider id; it has seven digits, such as 0008273."
        raise typer.BadParameter(message)
    return value


def provider_ids(values: list[str] | None) -> list[str] | None:
    """Accept several providers."""
    return None if values is None else [provider_id(value) for value in values]


ProviderId = Annotated[
    str, typer.Argument(metavar="PROVIDER", help="Seven digits.", callback=provider_id)
]


@application.command()
def add(
    identity: ProviderId,
    *,
    name: Annotated[str, typer.Option(help="The name of the provider.")],
    accreditor: Annotated[str, typer.Option(help="Whom it reports to, such as ACCME.")],
    as_json: AsJson = False,
) -> None:
    """Enter a provider; it has its sandbox from the first day."""

    async def work(database: Database) -> Provider:
        try:
            return await add_provider(database, identity, name, accreditor)
        except ValueError as error:
            raise CommandError(str(error)) from error

    with migrated_databases(load_settings()) as addresses:
        with_database(addresses.live, work)
        if addresses.sandbox is not None:
            # One that is there already was tried out before it began to report.
            with contextlib.suppress(CommandError):
                with_database(addresses.sandbox, work)
    answer(
        f"{identity} {name}, reporting to {accreditor}",
        {"provider_id": identity, "name": name, "accreditor_id": accreditor},
        as_json=as_json,
    )
