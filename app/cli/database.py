"""`pars db`: the schema of the database, and whether the database is sound."""

from typing import Any

import typer

from app.cli.answer import AsJson, answer
from app.cli.connection import database_addresses, upgrade_both
from app.cli.database_checks import soundness
from app.cli.distributing import distribute
from app.cli.findings import document, found_in, lines
from app.cli.schema import SchemaVersion, schema_version
from app.settings import Settings, load_settings

application = typer.Typer(help="The schema, and the soundness, of the database.")
application.command()(distribute)


@application.command()
def upgrade(*, as_json: AsJson = False) -> None:
    """Bring the schema to the newest version."""
    settings = load_settings()
    with database_addresses(_for_migrations(settings)) as found:
        upgraded = upgrade_both(settings, found)
    words, said = _step(upgraded.live), _step_document(upgraded.live)
    if upgraded.sandbox is not None:
        words += f"\nsandbox: {_step(upgraded.sandbox)}"
        said["sandbox"] = _step_document(upgraded.sandbox)
    answer(words, said, as_json=as_json)


@application.command()
def current(*, as_json: AsJson = False) -> None:
    """Tell the version of the schema, and the newest there is."""
    with database_addresses(load_settings()) as found:
        version = schema_version(found.live)
        sandbox = None if found.sandbox is None else schema_version(found.sandbox)
    words, said = _place(version), _place_document(version)
    if sandbox is not None:
        words += f"\nsandbox: {_place(sandbox)}"
        said["sandbox"] = _place_document(sandbox)
    answer(words, said, as_json=as_json)


@application.command()
def check(*, as_json: AsJson = False) -> None:
    """Look whether the database loses nothing and shows nobody another's rows."""
    with database_addresses(load_settings()) as found:
        findings = soundness(found.live)
        if found.sandbox is not None:
            findings += found_in("sandbox", soundness(found.sandbox, sandbox=True))
    answer("\n".join(lines(findings)), document(findings), as_json=as_json)
    if any(finding.wrong for finding in findings):
        raise typer.Exit(1)


def _for_migrations(settings: Settings) -> Settings:
    addresses = {
        "database_url": settings.migrations_url,
        "sandbox_url": settings.sandbox_migrations_url,
    }
    return settings.model_copy(update=addresses)


def _step(before: SchemaVersion) -> str:
    if before.at_head:
        return f"already at {before.head}"
    return f"from {before.current or 'nothing'} to {before.head}"


def _step_document(before: SchemaVersion) -> dict[str, Any]:
    return {"from": before.current, "to": before.head}


def _place(version: SchemaVersion) -> str:
    newest = "the newest" if version.at_head else f"the newest is {version.head}"
    return f"{version.current or 'nothing'} ({newest})"


def _place_document(version: SchemaVersion) -> dict[str, Any]:
    return {"current": version.current, "head": version.head, "at_head": version.at_head}
