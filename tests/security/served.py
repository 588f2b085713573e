"""The real server on a database of its own, with a key of each kind."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from app.auth.operating import issue_key
from app.auth.scopes import KINDS, Kind
from app.core.database import Database
from tests.databases import copy_of
from tests.patience import PATIENCE
from tests.registering import add_provider
from tests.serving import Server, serving

CANARY: Final = "Canary-7d41c2"
PROVIDER: Final = "4000001"
ACCREDITOR: Final = "ACCME"
PATH: Final = f"/v1/providers/{PROVIDER}/activities"


class Served:
    """The server, a key of each kind for it, and a way to talk to it byte by byte."""

    def __init__(self, server: Server, keys: Mapping[Kind, str], database_url: str) -> None:
        self.server = server
        self.keys = keys
        self.authorization = f"Authorization: Bearer {keys['provider']}"
        self.database_url = database_url

    async def answer(self, parts: Iterable[bytes]) -> bytes:
        """Send these bytes and read until the server closes the connection."""
        reader, writer = await asyncio.open_connection(self.server.host, self.server.port)
        sending = asyncio.ensure_future(self._send(writer, parts))
        try:
            async with asyncio.timeout(PATIENCE):
                return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            sending.cancel()
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, parts: Iterable[bytes]) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    def head(self, *lines: str, method: str = "POST") -> bytes:
        """Return the head of a request that ends the connection."""
        first = [f"{method} {PATH} HTTP/1.1", "Host: test", "Connection: close"]
        return "\r\n".join([*first, self.authorization, *lines, "", ""]).encode("latin-1")

    async def lives(self) -> bool:
        """Tell whether the server still answers."""
        request = b"GET /livez HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
        return (await self.answer([request])).startswith(b"HTTP/1.1 200")


@asynccontextmanager
async def served_from(server_url: str, name: str, folder: Path) -> AsyncIterator[Served]:
    """Run the server on a copy of the template, with one provider in it."""
    async with copy_of(server_url, "pars", name) as url:
        database = Database(url, 1)
        await add_provider(database, PROVIDER, f"{CANARY} hospital", ACCREDITOR)
        keys = {kind: await _key(database, kind) for kind in KINDS}
        await database.close()
        with serving(url, folder, PARS_LOG_LEVEL="debug") as server:
            yield Served(server, keys, url)


async def _key(database: Database, kind: Kind) -> str:
    speaks_for = KINDS[kind].speaks_for
    issued = await issue_key(
        database,
        kind=kind,
        providers=[PROVIDER] if speaks_for in ("one provider", "several providers") else [],
        accreditor_id=ACCREDITOR if speaks_for == "an accreditor" else None,
        name=f"{CANARY} system",
    )
    return issued.key
