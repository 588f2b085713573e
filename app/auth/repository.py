"""Reading and writing credentials: those of one provider, or those of the register."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Select, select, tuple_, update

from app.auth.access import Access, existing
from app.auth.gates import SharedAccess
from app.auth.models import Credential, CredentialHistory
from app.core.audit import Change, changes_between
from app.core.database import Transaction

_ISSUED: Final = ("kind", "mode", "name", "providers", "accreditor_id", "scopes")


class CredentialRepository:
    """The credentials that `access` was granted for.

    With the access to one provider these are the credentials that speak for it, with the
    access to the register all of them.
    """

    def __init__(self, access: Access | SharedAccess, transaction: Transaction) -> None:
        self._access = access
        self._session = transaction.session

    async def page(self, before: tuple[datetime, str] | None, most: int) -> list[Credential]:
        """Return credentials from the newest on, behind a place in that order."""
        query = self._visible()
        if before is not None:
            query = query.where(tuple_(Credential.created_at, Credential.credential_id) < before)
        query = query.order_by(Credential.created_at.desc(), Credential.credential_id.desc())
        return list(await self._session.scalars(query.limit(most)))

    async def get(self, credential_id: str) -> Credential:
        """Return a credential; raise ProblemError 404 when there is none."""
        query = self._visible().where(Credential.credential_id == credential_id)
        return existing(await self._session.scalar(query))

    async def add(self, credential: Credential) -> None:
        """Store a new credential."""
        self._session.add(credential)
        await self._session.flush()
        content = {name: getattr(credential, name) for name in _ISSUED}
        content["expires_at"] = _text(credential.expires_at)
        changes = changes_between({}, content)
        self._session.add(
            _entry(self._access, credential, "issued", changes, credential.created_at)
        )
        await self._session.flush()

    async def revoke(self, credential: Credential, now: datetime) -> None:
        """Make a credential worthless, from now on; one that is so already stays as it is."""
        revoked = (
            update(Credential)
            .where(
                Credential.credential_id == credential.credential_id,
                # Of those who do so at once the others find it done when their turn comes.
                Credential.revoked_at.is_(None),
            )
            .values(revoked_at=now, revoked_by=self._access.principal.credential_id)
            .returning(Credential.credential_id)
        )
        if await self._session.scalar(revoked) is None:
            return
        changes = changes_between({}, {"revoked_at": _text(now)})
        self._session.add(_entry(self._access, credential, "revoked", changes, now))
        await self._session.flush()

    def _visible(self) -> Select[Credential]:
        query = select(Credential)
        if isinstance(self._access, Access):
            query = query.where(Credential.providers.contains([self._access.provider_id]))
        return query


def withdraw_grant(access: Access, credential_id: str) -> Callable[[Transaction], Awaitable[None]]:
    """Return the work that takes one provider out of those a vendor speaks for.

    It is done in the register, because afterwards the provider no longer sees the row.
    """

    async def work(transaction: Transaction) -> None:
        query = select(Credential).where(
            Credential.credential_id == credential_id,
            Credential.kind == "vendor",
            Credential.providers.contains([access.provider_id]),
        )
        vendor: Credential | None = await transaction.session.scalar(query.with_for_update())
        if vendor is None:
            return
        left = [one for one in vendor.providers if one != access.provider_id]
        changes = changes_between({"providers": vendor.providers}, {"providers": left})
        vendor.providers = left
        transaction.session.add(
            _entry(access, vendor, "grant_withdrawn", changes, datetime.now(UTC))
        )

    return work


def _entry(
    access: Access | SharedAccess,
    credential: Credential,
    action: str,
    changes: list[Change],
    at: datetime,
) -> CredentialHistory:
    return CredentialHistory(
        changed_credential_id=credential.credential_id,
        at=at,
        action=action,
        changes=changes,
        **access.actor._asdict(),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
