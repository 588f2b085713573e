"""`pars keys`: issuing API keys."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from app.auth.keys import IssuedKey, issue_key
from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_database, with_database
from app.cli.failure import CommandError
from app.cli.providers import provider_id
from app.core.database import Database, Transaction
from app.providers.models import Provider
from app.settings import load_settings

application = typer.Typer(help="API keys.", no_args_is_help=True)

Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help="May be given several times; all of a provider's when left out."),
]


@application.command()
def issue(
    *,
    provider: Annotated[str, typer.Option(help="Seven digits.", callback=provider_id)],
    scope: Scopes = None,
    test: Annotated[bool, typer.Option("--test", help="A test key instead of a live one.")] = False,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Issue a key for a provider. It is shown this once and never again."""

    async def work(database: Database) -> IssuedKey:
        if not await database.run(provider, _exists(provider)):
            message = f"there is no provider {provider}; `pars providers add` enters one"
            raise CommandError(message)
        try:
            return await issue_key(
                database,
                providers=[provider],
                scopes=scope or None,
                mode="test" if test else "live",
                name=name,
            )
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--scope") from error

    with migrated_database(load_settings()) as url:
        issued = with_database(url, work)
    answer(
        issued.key,
        {
            "credential_id": issued.credential_id,
            "key": issued.key,
            "providers": list(issued.providers),
            "scopes": list(issued.scopes),
            "mode": issued.mode,
        },
        as_json=as_json,
    )


def _exists(provider: str) -> Callable[[Transaction], Awaitable[bool]]:
    async def look(transaction: Transaction) -> bool:
        return await transaction.session.get(Provider, provider) is not None

    return look
