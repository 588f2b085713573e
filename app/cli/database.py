"""`pars db`: the schema of the database, and whether the database is sound."""

import typer

from app.cli.answer import AsJson, answer
from app.cli.connection import database_address
from app.cli.database_checks import soundness
from app.cli.distributing import distribute
from app.cli.findings import document, lines
from app.cli.schema import schema_version, upgrade_schema
from app.settings import Settings, load_settings

application = typer.Typer(help="The schema, and the soundness, of the database.")
application.command()(distribute)


@application.command()
def upgrade(*, as_json: AsJson = False) -> None:
    """Bring the schema to the newest version."""
    settings = load_settings()
    with database_address(_for_migrations(settings)) as url:
        before = upgrade_schema(url)
    answer(
        f"already at {before.head}"
        if before.at_head
        else f"from {before.current or 'nothing'} to {before.head}",
        {"from": before.current, "to": before.head},
        as_json=as_json,
    )


@application.command()
def current(*, as_json: AsJson = False) -> None:
    """Tell the version of the schema, and the newest there is."""
    with database_address(load_settings()) as url:
        version = schema_version(url)
    newest = "the newest" if version.at_head else f"the newest is {version.head}"
    answer(
        f"{version.current or 'nothing'} ({newest})",
        {"current": version.current, "head": version.head, "at_head": version.at_head},
        as_json=as_json,
    )


@application.command()
def check(*, as_json: AsJson = False) -> None:
    """Look whether the database loses nothing and shows nobody another's rows."""
    with database_address(load_settings()) as url:
        findings = soundness(url)
    answer("\n".join(lines(findings)), document(findings), as_json=as_json)
    if any(finding.wrong for finding in findings):
        raise typer.Exit(1)


def _for_migrations(settings: Settings) -> Settings:
    return settings.model_copy(update={"database_url": settings.migrations_url})
