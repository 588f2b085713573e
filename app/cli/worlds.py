"""In which world a key is issued, and that whoever is registered is so in the sandbox, too."""

from typing import NamedTuple

from sqlalchemy import select

from app.cli.connection import Addresses
from app.cli.reaching import with_database
from app.cli.register import enter_accreditor, enter_provider
from app.core.database import Database, Transaction
from app.core.row_scope import REGISTRY
from app.core.worlds import Mode
from app.providers.models import Accreditor, Provider


class Spoken(NamedTuple):
    """Whom a key is to speak for."""

    providers: tuple[str, ...]
    accreditors: tuple[str, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Who they are."""
        return frozenset((*self.providers, *self.accreditors))


class Registered(NamedTuple):
    """Those of them whom a register knows."""

    providers: dict[str, Provider]
    accreditors: dict[str, Accreditor]

    @property
    def ids(self) -> frozenset[str]:
        """Who they are."""
        return frozenset((*self.providers, *self.accreditors))


def chosen_mode(addresses: Addresses, whom: Spoken, *, test: bool | None) -> Mode:
    """Return the mode that was asked for, or else the one in which everybody is known.

    Raises CommandError when a test key is asked for where there is no sandbox.
    """
    if test:
        addresses.needed_sandbox()
    if test is not None or addresses.sandbox is None or not whom.ids:
        return "test" if test else "live"
    if with_database(addresses.live, lambda database: _registered(database, whom)).ids:
        return "live"
    known = with_database(addresses.sandbox, lambda database: _registered(database, whom))
    return "test" if known.ids == whom.ids else "live"


def bring_over(addresses: Addresses, whom: Spoken) -> None:
    """Register in the sandbox whom only the live register knows, each with its accreditor."""
    providers, named = with_database(addresses.live, lambda database: _registered(database, whom))
    reported_to = {provider.accreditor_id for provider in providers.values()}

    async def read(database: Database) -> Registered:
        return await _registered(database, Spoken((), tuple(reported_to)))

    accreditors = {**named, **with_database(addresses.live, read).accreditors}
    everybody = Spoken(tuple(providers), tuple(accreditors))

    async def enter(database: Database) -> None:
        there = await _registered(database, everybody)
        for accreditor_id, accreditor in accreditors.items():
            if accreditor_id not in there.accreditors:
                await enter_accreditor(database, accreditor_id, accreditor.name)
        for provider_id, provider in providers.items():
            if provider_id not in there.providers:
                reports_to = provider.accreditor_id
                await enter_provider(database, provider_id, provider.name, reports_to)

    with_database(addresses.needed_sandbox(), enter)


async def _registered(database: Database, whom: Spoken) -> Registered:
    async def look(transaction: Transaction) -> Registered:
        providers = await transaction.session.scalars(
            select(Provider).where(Provider.provider_id.in_(whom.providers))
        )
        accreditors = await transaction.session.scalars(
            select(Accreditor).where(Accreditor.accreditor_id.in_(whom.accreditors))
        )
        return Registered(
            {one.provider_id: one for one in providers},
            {one.accreditor_id: one for one in accreditors},
        )

    return await database.run(REGISTRY, look)
