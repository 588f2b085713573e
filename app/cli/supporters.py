"""`pars supporters`: the directory of commercial supporters."""

from typing import Annotated

import typer

from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_databases
from app.cli.failure import CommandError
from app.cli.reaching import with_database
from app.core.database import Database
from app.settings import load_settings
from app.support.directory import add_supporter

application = typer.Typer(help="The directory of commercial supporters.", no_args_is_help=True)


@application.callback()
def supporters() -> None:
    """Keep the directory from which the names of supporters are suggested."""


@application.command()
def add(
    name: Annotated[str, typer.Argument(help="The name by which reports know the company.")],
    *,
    alias: Annotated[
        list[str] | None,
        typer.Option(help="Another way of writing it; may be given several times."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a supporter, or more ways of writing the name of one that is there."""
    aliases = alias or []
    if not all(writing.strip() for writing in (name, *aliases)):
        message = "A name has at least one visible character."
        raise typer.BadParameter(message)

    async def work(database: Database) -> str:
        try:
            return await add_supporter(database, name, aliases)
        except ValueError as error:
            raise CommandError(str(error)) from error

    with migrated_databases(load_settings()) as addresses:
        known = with_database(addresses.live, work)
        if addresses.sandbox is not None:
            with_database(addresses.sandbox, work)
    answer(known, {"name": known, "aliases": aliases}, as_json=as_json)
