"""`pars db distribute`: spreads a database over the nodes of Citus."""

import asyncio
from typing import Annotated, cast

import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_database
from app.cli.failure import CommandError
from app.cli.reaching import connected
from app.core.connections import Driver
from app.distribution import PLACED, POLICIES, LookingPolicy, Plan, plan
from app.settings import load_settings

_ABSENT = (
    "This database has no Citus. Install it on every node, load it (shared_preload_libraries = "
    "'citus'), add the nodes (citus_add_node), CREATE EXTENSION citus, and run this again; "
    "--dry-run shows what it will do."
)


def distribute(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the statements, and change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Distribute the tables by provider over the nodes of Citus; again, what is left to do."""
    settings = load_settings()
    for_migrations = settings.model_copy(update={"database_url": settings.migrations_url})
    with migrated_database(for_migrations) as url:
        made = asyncio.run(_distribute(url, dry_run=dry_run))
    statements = [*made.transaction, *made.afterwards]
    answer(
        str(made) if dry_run else "The tables are distributed.",
        {"statements": statements, "carried_out": not dry_run},
        as_json=as_json,
    )


async def _distribute(url: str, *, dry_run: bool) -> Plan:
    async with connected(url) as connection:
        made, has_citus = await _plan(connection)
        if dry_run:
            return made
        if not has_citus:
            raise CommandError(_ABSENT)
        raw = await connection.get_raw_connection()
        await _carry_out(made, cast("Driver", raw.driver_connection))
        return made


async def _carry_out(made: Plan, driver: Driver) -> None:
    # As one script it is one transaction, and a failure leaves nothing behind.
    await driver.execute(";".join(made.transaction))
    for statement in made.afterwards:
        failed = [row["result"] for row in await driver.fetch(statement) if not row["success"]]
        if failed:
            message = f"A part of a table did not take its policy: {failed[0]}. Run this again."
            raise CommandError(message)


async def _plan(connection: AsyncConnection) -> tuple[Plan, bool]:
    has_citus = await connection.scalar(
        text("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
    )
    placed = list(await connection.scalars(text(PLACED))) if has_citus else []
    policies = [LookingPolicy(*row) for row in await connection.execute(text(POLICIES))]
    name = await connection.scalar(text("SELECT current_database()"))
    return plan(str(name), placed, policies), bool(has_citus)
