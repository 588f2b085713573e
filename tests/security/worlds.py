"""The application on a database of its own, with two providers and everybody who might call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import httpx

from app.main import create_app
from app.settings import Settings
from tests.clients import client_of
from tests.databases import Superuser, copy_of, superuser_of
from tests.harness import FixedClock
from tests.security.actors import Actor, everybody
from tests.security.calls import Described, Target, expected, request
from tests.security.homes import Home, settle
from tests.security.sabotage import ForgetfulDatabase, drop_row_security
from tests.security.table_states import checksums

Layers = Literal["both", "application", "database"]
# Less than what a wait in a hostile text would take, and more than any machine.
PATIENCE = 25


@dataclass(frozen=True, slots=True)
class World:
    """Two providers, everybody who might call, and the database behind it all."""

    client: httpx.AsyncClient
    superuser: Superuser
    own: Home
    other: Home
    actors: list[Actor]
    forgetful: ForgetfulDatabase | None

    def permitted(self, operation: Described) -> tuple[Actor, Target]:
        """Return somebody who may call the operation, and about what."""
        target = Target(self.own, self.own)
        row = operation.row
        return next(
            (actor, target) for actor in self.actors if expected(row, actor, target) == row.success
        )

    @asynccontextmanager
    async def unharmed(self) -> AsyncIterator[None]:
        """Find every table afterwards as it was before, and that within seconds."""
        before = await checksums(self.superuser)
        async with asyncio.timeout(PATIENCE):
            yield
        assert await checksums(self.superuser) == before

    async def call(
        self, operation: Described, actor: Actor, target: Target, *, trial: bool
    ) -> httpx.Response:
        """Call as this actor, and find nothing of those it does not speak for in the answer."""
        sent = request(operation, actor, target, trial=trial)
        reply = await self.client.send(sent)
        if operation.row.about != "everybody" and actor.kind != "operator":
            text = f"{reply.text} {reply.headers}"
            for home in (self.own, self.other):
                if not actor.speaks_for(home):
                    assert home.mark not in text, told(operation, actor, target, reply)
                    # A refusal repeats the ids that it was asked about.
                    asked = f"{sent.url} {sent.read().decode()}"
                    learned = [one for one in home.things.all_ids() if one in text]
                    assert all(one in asked for one in learned), told(
                        operation, actor, target, reply
                    )
        return reply


def told(operation: Described, actor: Actor, target: Target, reply: httpx.Response) -> str:
    """Say which call it was."""
    place = target.home.mark if target.home else "nobody"
    things = target.things_of.mark if target.things_of else "random"
    return (
        f"{operation.operation_id} by {actor.name}, in {place} about {things}: "
        f"{reply.status_code} {reply.text[:500]}"
    )


@asynccontextmanager
async def world_of(
    layers: Layers, server_url: str, worker_id: str, settings: Settings, clock: FixedClock
) -> AsyncIterator[World]:
    async with copy_of(server_url, "pars", f"matrix_{layers}_{worker_id}") as url:
        changes = {
            "database_url": url,
            "pool_size": 2,
            "rate_limit_per_credential": 0,
            "rate_limit_per_provider": 0,
        }
        chosen = settings.model_copy(update=changes)
        app = create_app(chosen)
        async with app.router.lifespan_context(app), superuser_of(url) as superuser:
            app.state.clock = clock
            own = await settle(app, "3000001", "ACCME", "markalpha")
            other = await settle(app, "3000002", "SOCIETY", "markbravo")
            actors = await everybody(app.state.worlds.live.database, url, own, other)
            if layers == "application":
                await drop_row_security(url)
            live = app.state.worlds.live
            # What authenticates goes on with the database as it is.
            first = live.database
            forgetful = ForgetfulDatabase(chosen) if layers == "database" else None
            live.database = forgetful or first
            async with client_of(app) as client:
                yield World(client, superuser, own, other, actors, forgetful)
            await first.close()
