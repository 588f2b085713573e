"""`pars providers`: entering the providers that report."""

from typing import Annotated

import typer

from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_databases
from app.cli.reaching import with_database
from app.cli.register import enter_provider
from app.cli.worlds import Spoken, bring_over
from app.core.database import Database
from app.core.row_scope import is_provider_id
from app.settings import load_settings

application = typer.Typer(help="The providers that report.", no_args_is_help=True)


def provider_id(value: str) -> str:
    """Accept the seven digits of a provider, leading zeros and all."""
    if not is_provider_id(value):
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

    async def work(database: Database) -> None:
        await enter_provider(database, identity, name, accreditor)

    with migrated_databases(load_settings()) as addresses:
        with_database(addresses.live, work)
        if addresses.sandbox is not None:
            # One that is there already was tried out before it began to report.
            bring_over(addresses, Spoken((identity,), ()))
    answer(
        f"{identity} {name}, reporting to {accreditor}",
        {"provider_id": identity, "name": name, "accreditor_id": accreditor},
        as_json=as_json,
    )
