"""Databases of a test's own, copied from the template, and the superuser who looks into them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

Superuser: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@asynccontextmanager
async def superuser_of(url: str) -> AsyncIterator[Superuser]:
    """Connect to the database at this address as PostgreSQL's own superuser, bound by nothing."""
    folder = url.partition("?host=")[2].partition("&")[0]
    name = url.partition("?")[0].rpartition("/")[2]
    superuser = await asyncpg.connect(host=folder, user="postgres", database=name)
    try:
        yield superuser
    finally:
        await superuser.close()


@asynccontextmanager
async def copy_of(server_url: str, template: str, name: str) -> AsyncIterator[str]:
    """Copy a database of the server under another name; yield the address of the copy."""
    async with superuser_of(server_url.replace("/pars?", "/postgres?")) as superuser:
        await superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await superuser.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER pars_owner")
        try:
            yield server_url.replace("/pars?", f"/{name}?")
        finally:
            await superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@asynccontextmanager
async def sandbox_from(server_url: str, template: str, name: str) -> AsyncIterator[str]:
    """Copy a database under another name and mark the copy as a sandbox; yield its address."""
    async with copy_of(server_url, template, name) as url:
        async with superuser_of(url) as superuser:
            await superuser.execute("INSERT INTO sandbox DEFAULT VALUES ON CONFLICT DO NOTHING")
        yield url
