"""Everybody who might call: with what kind of credential, and for whom it speaks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from app.auth.operating import issue_key
from app.auth.scopes import KINDS, PROVIDER_SCOPES, Kind
from app.core.database import Database
from tests.databases import superuser_of
from tests.security.homes import Home

Refused = Literal["anonymous", "revoked", "expired"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller: the key it sends, and what it may therefore reach."""

    name: str
    kind: Kind | Refused
    home: Home
    keys: dict[str, str]
    scopes: frozenset[str]
    providers: frozenset[str] = frozenset()
    accreditor_id: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the credential is good for anything."""
        return self.kind in KINDS

    def headers(self, scopes: tuple[str, ...]) -> dict[str, str]:
        """Return how this actor calls an operation that needs one of these scopes."""
        key = self.keys.get(scopes[0] if scopes else "", self.keys.get("", ""))
        return {"Authorization": f"Bearer {key}"} if key else {}

    def holds_one_of(self, scopes: tuple[str, ...]) -> bool:
        """Tell whether a credential of this actor is permitted what the scopes permit."""
        # Whoever has another key for each scope has it for everything but that scope.
        lacks = scopes and scopes[0] in self.keys
        return not lacks and (not scopes or not self.scopes.isdisjoint(scopes))

    def speaks_for(self, home: Home | None) -> bool:
        """Tell whether a provider is one of those this actor speaks for."""
        if home is None:
            return False
        return home.provider_id in self.providers or home.accreditor_id == self.accreditor_id


async def everybody(database: Database, url: str, own: Home, other: Home) -> list[Actor]:
    """Issue a credential to everybody there is."""

    async def issued(
        kind: Kind,
        home: Home,
        scopes: tuple[str, ...] | None = None,
        expires_at: datetime | None = None,
    ) -> str:
        of_accreditor, of_provider = kind == "accreditor", kind in ("provider", "vendor")
        key = await issue_key(
            database,
            kind=kind,
            providers=[home.provider_id] if of_provider else [],
            accreditor_id=home.accreditor_id if of_accreditor else None,
            scopes=scopes,
            expires_at=expires_at,
            name="matrix",
        )
        return key.key

    def actor(
        name: str,
        kind: Kind,
        home: Home,
        keys: dict[str, str],
        scopes: tuple[str, ...] | None = None,
    ) -> Actor:
        return Actor(
            name,
            kind,
            home,
            keys,
            frozenset(KINDS[kind].scopes if scopes is None else scopes),
            frozenset([home.provider_id]) if kind in ("provider", "vendor") else frozenset(),
            home.accreditor_id if kind == "accreditor" else None,
        )

    reading = tuple(scope for scope in PROVIDER_SCOPES if scope.endswith(":read"))
    all_but = {
        scope: await issued("provider", own, tuple(set(PROVIDER_SCOPES) - {scope}))
        for scope in PROVIDER_SCOPES
    }
    all_but[""] = await issued("provider", own)
    past = datetime.now(UTC) - timedelta(days=1)
    revoked = await issued("provider", own)
    async with superuser_of(url) as superuser:
        await superuser.execute(
            "UPDATE credentials SET revoked_at = now() WHERE credential_id ="
            " (SELECT credential_id FROM credentials ORDER BY created_at DESC LIMIT 1)"
        )
    nothing: frozenset[str] = frozenset()
    expired = await issued("provider", own, expires_at=past)
    return [
        actor("owner", "provider", own, {"": await issued("provider", own)}),
        actor("other provider", "provider", other, {"": await issued("provider", other)}),
        actor("granted vendor", "vendor", own, {"": await issued("vendor", own)}),
        actor("vendor without the grant", "vendor", other, {"": await issued("vendor", other)}),
        actor("accreditor", "accreditor", own, {"": await issued("accreditor", own)}),
        actor("other accreditor", "accreditor", other, {"": await issued("accreditor", other)}),
        actor("operator", "operator", own, {"": await issued("operator", own)}),
        actor("reader", "provider", own, {"": await issued("provider", own, reading)}, reading),
        actor("all but the scope", "provider", own, all_but),
        Actor("revoked", "revoked", own, {"": revoked}, nothing),
        Actor("expired", "expired", own, {"": expired}, nothing),
        Actor("anonymous", "anonymous", own, {}, nothing),
    ]
