"""The application with one of its two lines of defence switched off."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import pytest
from fastapi import Request
from sqlalchemy import event

from app.auth.access import Access, ProviderAccess, ProviderId, authenticated
from app.core.connections import Driver
from app.core.database import Database, Transaction
from app.core.row_scope import Rows
from app.core.worlds import world_of
from app.settings import Settings
from tests.databases import superuser_of

T = TypeVar("T")


async def _let_everybody_through(
    gate: ProviderAccess, request: Request, provider_id: ProviderId
) -> Access:
    principal = await authenticated(request)
    request_id: str = request.scope["state"]["request_id"]
    reading = all(scope.endswith(":read") for scope in gate.scopes)
    return Access(principal, provider_id, request_id, world_of(request).database, reading)


def open_the_gate(patch: pytest.MonkeyPatch) -> None:
    """Let every credential through to every provider, whatever its scopes."""
    patch.setattr(ProviderAccess, "__call__", _let_everybody_through)


async def drop_row_security(url: str) -> None:
    """Switch row-level security off, for every table of one database."""
    async with superuser_of(url) as superuser:
        for row in await superuser.fetch(
            "SELECT oid::regclass::text AS name FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relrowsecurity"
        ):
            await superuser.execute(f"ALTER TABLE {row['name']} NO FORCE ROW LEVEL SECURITY")
            await superuser.execute(f"ALTER TABLE {row['name']} DISABLE ROW LEVEL SECURITY")


class ForgetfulDatabase(Database):
    """A database whose statements ask for the rows of the victim.

    Wherever a statement names the caller's own provider, the victim's stands instead, as
    if the filter by provider had been left out. What the transaction begins with, the
    scope for row-level security, is left as it is.
    """

    def __init__(self, settings: Settings) -> None:
        assert settings.database_url is not None
        super().__init__(settings.database_url, settings.pool_size)
        self.instead: dict[object, str] = {}
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._misled, retval=True)

    async def run(
        self, rows: Rows, work: Callable[[Transaction], Awaitable[T]], *, save: bool = True
    ) -> T:
        async def misled(transaction: Transaction) -> T:
            transaction.driver = cast("Driver", _MisledDriver(transaction.driver, self.instead))
            return await work(transaction)

        return await super().run(rows, misled, save=save)

    def _misled(
        self,
        _connection: object,
        _cursor: object,
        statement: str,
        parameters: Any,
        _context: object,
        _many: bool,  # noqa: FBT001 - the signature of the event
    ) -> tuple[str, Any]:
        return statement, tuple(_replaced(parameters, self.instead))


class _MisledDriver:
    def __init__(self, driver: Driver, instead: dict[object, str]) -> None:
        self._driver = driver
        self._instead = instead

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._driver, name)

        def call(statement: str, *values: object, **options: Any) -> Any:
            return method(statement, *_replaced(values, self._instead), **options)

        return call


def _replaced(values: Any, instead: dict[object, str]) -> list[Any]:
    return [
        [instead.get(one, one) for one in value]
        if isinstance(value, list) and all(isinstance(one, str) for one in value)
        else instead.get(value, value)
        if isinstance(value, str)
        else value
        for value in values
    ]
