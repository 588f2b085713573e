"""`pars keys`: issuing, listing and revoking API keys."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.auth.keys import IssuedKey, what_it_cannot_speak_for
from app.auth.models import Credential
from app.auth.operating import issue_key
from app.auth.schemas import credential_document
from app.auth.scopes import Kind
from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_databases
from app.cli.failure import CommandError
from app.cli.providers import provider_ids
from app.cli.reaching import with_database
from app.cli.register import all_credentials, require_known, revoke_credential
from app.cli.worlds import Spoken, bring_over, chosen_mode
from app.core.database import Database
from app.settings import load_settings

application = typer.Typer(help="API keys.", no_args_is_help=True)

Providers = Annotated[
    list[str] | None,
    typer.Option(
        "--provider",
        help="Seven digits; a vendor's key may be given several.",
        callback=provider_ids,
    ),
]
Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help="May be given several times; all of the kind when left out."),
]


def still_to_come(value: datetime | None) -> datetime | None:
    """Accept a moment in UTC that has not passed."""
    if value is None:
        return None
    moment = value.replace(tzinfo=UTC)
    if moment <= datetime.now(UTC):
        message = f"{moment:%Y-%m-%dT%H:%M:%SZ} has passed; a key expires at a moment to come."
        raise typer.BadParameter(message)
    return moment


Expiry = Annotated[
    datetime | None,
    typer.Option(
        "--expires",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"],
        help="When the key stops working, in UTC.",
        callback=still_to_come,
    ),
]


@application.command()
def issue(  # noqa: PLR0913 - each is an option
    *,
    provider: Providers = None,
    kind: Annotated[Kind, typer.Option(help="What the key is for.")] = "provider",
    accreditor: Annotated[
        str | None, typer.Option(help="Whom a key of kind accreditor speaks for.")
    ] = None,
    scope: Scopes = None,
    expires: Expiry = None,
    test: Annotated[
        bool | None,
        typer.Option(
            "--test/--live",
            help="A key to the sandbox, or to what is real. Left out: live, "
            "unless whom it speaks for is known in the sandbox alone.",
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="What the key is for, in words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Issue a key. It is shown this once and never again.

    A test key opens the sandbox: other records than the live ones, which can be reset.
    """
    providers = provider or []
    wrong = what_it_cannot_speak_for(kind, providers, accreditor)
    if wrong is not None:
        hint = "--accreditor" if kind == "accreditor" else "--provider"
        raise typer.BadParameter(wrong, param_hint=hint)

    whom = Spoken(tuple(providers), (accreditor,) if accreditor else ())

    async def work(database: Database) -> IssuedKey:
        await require_known(database, providers, accreditor)
        try:
            return await issue_key(
                database,
                kind=kind,
                providers=providers,
                accreditor_id=accreditor,
                scopes=scope or None,
                mode=mode,
                name=name,
                expires_at=expires,
            )
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--scope") from error

    with migrated_databases(load_settings()) as addresses:
        mode = chosen_mode(addresses, whom, test=test)
        if mode == "live":
            issued = with_database(addresses.live, work)
        else:
            bring_over(addresses, whom)
            issued = with_database(addresses.needed_sandbox(), work)
    answer(
        issued.key,
        {
            "credential_id": issued.credential_id,
            "key": issued.key,
            "kind": issued.kind,
            "providers": list(issued.providers),
            "accreditor": issued.accreditor_id,
            "scopes": list(issued.scopes),
            "mode": issued.mode,
        },
        as_json=as_json,
    )


@application.command(name="list")
def list_keys(*, as_json: AsJson = False) -> None:
    """List all credentials, the newest first. The keys themselves are nowhere kept."""
    with migrated_databases(load_settings()) as addresses:
        found = [one for url in addresses.each() for one in with_database(url, all_credentials)]
    found.sort(key=lambda credential: credential.created_at, reverse=True)
    now = datetime.now(UTC)
    answer(
        "\n".join(_line(credential, now) for credential in found),
        {"data": [credential_document(credential, now) for credential in found]},
        as_json=as_json,
    )


@application.command()
def revoke(
    credential_id: Annotated[str, typer.Argument(metavar="CREDENTIAL", help="As in `keys list`.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Revoke a credential: it stops working everywhere within 15 seconds."""

    async def work(database: Database) -> bool:
        return await revoke_credential(database, credential_id)

    with migrated_databases(load_settings()) as addresses:
        found = [with_database(url, work) for url in addresses.each()]
        if not any(found):
            message = f"there is no credential {credential_id}; `pars keys list` shows all"
            raise CommandError(message)
    answer(f"{credential_id} revoked", {"credential_id": credential_id}, as_json=as_json)


def _line(credential: Credential, now: datetime) -> str:
    document = credential_document(credential, now)
    whom = credential.accreditor_id or ",".join(credential.providers) or "the system"
    shown = ("credential_id", "state", "mode", "kind")
    return "  ".join([*(document[name] for name in shown), whom, document["name"]])
