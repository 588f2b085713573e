"""Callers of every kind: credentials of a test's own, and clients that send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from app.auth.keys import IssuedKey
from app.auth.operating import issue_key
from app.auth.scopes import Kind
from app.core.database import Database
from tests.clients import client_of


@dataclass(frozen=True, slots=True)
class Callers:
    """Makes callers of the running application."""

    application: FastAPI
    database: Database

    async def issued(self, kind: Kind = "provider", **properties: Any) -> IssuedKey:
        """Issue a key of a kind, outside the API."""
        return await issue_key(self.database, kind=kind, name="tests", **properties)

    def with_key(self, key: str) -> httpx.AsyncClient:
        """Return a client that sends this key or token."""
        return client_of(self.application, key)

    async def provider(
        self, provider_id: str, scopes: Sequence[str] | None = None
    ) -> httpx.AsyncClient:
        """Return a client of a provider's own system."""
        return self.with_key((await self.issued(providers=[provider_id], scopes=scopes)).key)

    async def vendor(self, *providers: str) -> httpx.AsyncClient:
        """Return a client of a system that several providers use."""
        return self.with_key((await self.issued("vendor", providers=providers)).key)

    async def accreditor(self, accreditor_id: str = "ACCME") -> httpx.AsyncClient:
        """Return a client of an accreditor."""
        return self.with_key((await self.issued("accreditor", accreditor_id=accreditor_id)).key)

    async def operator(self) -> httpx.AsyncClient:
        """Return a client of whoever runs the system."""
        return self.with_key((await self.issued("operator")).key)
