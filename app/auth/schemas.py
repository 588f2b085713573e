"""Credentials on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.auth.models import Credential
from app.auth.moments import Moment
from app.auth.scopes import Kind, ScopeName
from app.core.fields import Identifier, Text, Written
from app.core.fields.lists import EachOnce, no_more_than
from app.core.instant import instant
from app.core.replies import ListPage
from app.core.worlds import Mode

State = Literal["live", "expired", "revoked"]
Scopes = Annotated[list[ScopeName], Field(min_length=1), no_more_than(ScopeName), EachOnce]


class KeyRequest(Written):
    """What a new key of a provider shall be."""

    name: Annotated[str, Text(100)] = Field(description="What the key is for, in your words.")
    scopes: Scopes | None = Field(
        default=None,
        description="What the key may do, at most what yours may. Left out: only reading.",
    )
    expires_at: Moment | None = Field(
        default=None, description="When the key stops working. It never outlives yours."
    )


class CredentialRequest(Written):
    """What a new credential shall be, and for whom it speaks."""

    kind: Kind
    name: Annotated[str, Text(100)] = Field(description="Whose it is and what it is for.")
    mode: Mode | None = Field(
        default=None,
        description="That of your own credential, also when left out: live, or test.",
    )
    providers: Annotated[list[Annotated[str, Text(7)]], Field(max_length=1000), EachOnce] | None = (
        Field(default=None, description="Of a provider's credential one, of a vendor's several.")
    )
    accreditor: Annotated[str, Identifier(100)] | None = Field(
        default=None, description="The accreditor that the credential speaks for."
    )
    scopes: Scopes
    expires_at: Moment | None = None


class KeyRow(BaseModel):
    """A credential as it stands. The key itself is nowhere kept."""

    credential_id: str
    kind: Kind = Field(description="A vendor's was granted access to this provider.")
    mode: Mode
    name: str
    scopes: list[ScopeName]
    state: State
    created_at: datetime
    created_by: str | None = Field(description="The credential that issued it, if one did.")
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")
    revoked_at: datetime | None


class IssuedKeyRow(KeyRow):
    """A new key, shown this once."""

    key: str = Field(description="Keep it now: it is not shown again.")


class KeyList(BaseModel):
    """The credentials that speak for a provider, the newest first."""

    data: list[KeyRow]
    page: ListPage


class CredentialRow(KeyRow):
    """A credential of any kind, with those it speaks for."""

    providers: list[str]
    accreditor: str | None


class IssuedCredentialRow(CredentialRow):
    """A new credential, with its key shown this once."""

    key: str = Field(description="Keep it now: it is not shown again.")


class CredentialList(BaseModel):
    """Credentials of all kinds, the newest first."""

    data: list[CredentialRow]
    page: ListPage


class Me(BaseModel):
    """The credential of this call."""

    credential_id: str
    kind: Kind
    mode: Mode
    name: str
    providers: list[str] = Field(description="Whom it speaks for. Of the operator, none.")
    accreditor: str | None
    scopes: list[ScopeName]
    expires_at: datetime | None
    authenticated_by: Literal["key", "token"]


def key_document(credential: Credential, now: datetime) -> dict[str, Any]:
    """Return a credential as a provider reads it: without whom else it speaks for."""
    return {
        "credential_id": credential.credential_id,
        "kind": credential.kind,
        "mode": credential.mode,
        "name": credential.name,
        "scopes": credential.scopes,
        "state": _state(credential, now),
        "created_at": instant(credential.created_at),
        "created_by": credential.created_by,
        "expires_at": _instant(credential.expires_at),
        "last_used_at": _instant(credential.last_used_at),
        "revoked_at": _instant(credential.revoked_at),
    }


def credential_document(credential: Credential, now: datetime) -> dict[str, Any]:
    """Return a credential as the operator reads it."""
    return {
        **key_document(credential, now),
        "providers": credential.providers,
        "accreditor": credential.accreditor_id,
    }


def _state(credential: Credential, now: datetime) -> State:
    if credential.revoked_at is not None:
        return "revoked"
    if credential.expires_at is not None and credential.expires_at <= now:
        return "expired"
    return "live"


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
