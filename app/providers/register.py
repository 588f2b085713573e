"""Entering accreditors and providers into the register, on behalf of the operator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from app.auth.gates import SharedAccess
from app.core.audit import changes_between
from app.core.database import CONSTRAINT_PROBLEMS, Transaction
from app.core.errors import ProblemError, declare, refuse
from app.core.fields import Identifier, ReadBy, Text, Written, wrong
from app.core.fields.base import wrong_type
from app.core.row_scope import is_provider_id
from app.providers.models import Accreditor, AccreditorHistory, Provider, ProviderHistory
from app.providers.problems import unknown_accreditor
from app.providers.profile import content_of

PROVIDER_ID_INVALID = declare(
    "provider.id_invalid",
    422,
    "A provider's id has seven digits",
    "Send seven digits as text; leading zeros count, as in 0008273.",
)
PROVIDER_DUPLICATE = declare(
    "provider.duplicate",
    409,
    "The provider is there already",
    "Change its profile, or enter the provider under its own id.",
)
ACCREDITOR_DUPLICATE = declare(
    "accreditor.duplicate",
    409,
    "The accreditor is there already",
    "Use the accreditor that is there, or enter another one under its own id.",
)
CONSTRAINT_PROBLEMS["providers_pkey"] = (
    PROVIDER_DUPLICATE,
    "The provider was entered at the same moment. Nothing was saved.",
)
CONSTRAINT_PROBLEMS["accreditors_pkey"] = (
    ACCREDITOR_DUPLICATE,
    "The accreditor was entered at the same moment. Nothing was saved.",
)


def read_provider_id(value: object) -> str:
    """Return the id of a provider, or raise what is wrong with it."""
    if type(value) is not str:
        wrong_type('Seven digits written as text, such as "0008273",', value)
    if not is_provider_id(value):
        raise wrong(PROVIDER_ID_INVALID, "A provider's id has seven digits, such as 0008273.")
    return value


class NewAccreditor(Written):
    """A body that providers report to."""

    accreditor_id: Annotated[str, Identifier(100)] = Field(description="Short, such as CMA.")
    name: Annotated[str, Text(255)]


class NewProvider(Written):
    """A provider that reports."""

    provider_id: Annotated[
        str, ReadBy(read_provider_id, {"type": "string", "pattern": "^[0-9]{7}$"})
    ]
    name: Annotated[str, Text(255)]
    accreditor: Annotated[str, Identifier(100)] = Field(description="Whom it reports to.")


class Register:
    """The accreditors and providers of the whole system."""

    def __init__(self, access: SharedAccess, transaction: Transaction) -> None:
        self._access = access
        self._session = transaction.session

    async def enter_accreditor(self, wanted: NewAccreditor, now: datetime) -> dict[str, Any]:
        """Enter an accreditor with the first entry of its history; raise 409 for a second one."""
        if await self._session.get(Accreditor, wanted.accreditor_id) is not None:
            detail = f"The accreditor {wanted.accreditor_id} is there already."
            raise ProblemError(ACCREDITOR_DUPLICATE, f"{detail} Nothing was saved.")
        self._session.add(Accreditor(accreditor_id=wanted.accreditor_id, name=wanted.name))
        await self._session.flush()
        document = wanted.model_dump()
        self._session.add(
            AccreditorHistory(accreditor_id=wanted.accreditor_id, **self._created(document, now))
        )
        await self._session.flush()
        return document

    async def enter_provider(self, wanted: NewProvider, now: datetime) -> Provider:
        """Enter a provider with the first entry of its history; raise 409 or 422."""
        if await self._session.get(Provider, wanted.provider_id) is not None:
            detail = f"The provider {wanted.provider_id} is there already. Nothing was saved."
            raise ProblemError(PROVIDER_DUPLICATE, detail)
        known = list(await self._session.scalars(select(Accreditor.accreditor_id)))
        if unknown := list(unknown_accreditor(wanted.accreditor, known)):
            raise refuse(unknown)
        provider = Provider(
            provider_id=wanted.provider_id,
            name=wanted.name,
            accreditor_id=wanted.accreditor,
            address_lines=[],
            contacts_version=0,
            version=1,
            created_at=now,
            updated_at=now,
        )
        self._session.add(provider)
        await self._session.flush()
        self._session.add(
            ProviderHistory(
                provider_id=provider.provider_id,
                version=provider.version,
                **self._created(content_of(provider), now),
            )
        )
        await self._session.flush()
        return provider

    def _created(self, document: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Return what the first entry of a history says of who made this document, and when."""
        return {
            "at": now,
            "action": "created",
            "changes": changes_between({}, document),
            **self._access.actor._asdict(),
        }
