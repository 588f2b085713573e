"""Who is calling: a credential, the providers it speaks for, and its scopes."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["provider", "vendor", "accreditor", "operator"]
Mode = Literal["live", "test"]

PROVIDER_SCOPES: Final = (
    "activities:read",
    "activities:write",
    "activities:close",
    "contacts:read",
    "contacts:write",
    "completions:read",
    "completions:write",
    "imports:write",
    "changes:read",
    "keys:admin",
)


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated credential. Repositories cannot be reached without one."""

    credential_id: str
    kind: Kind
    mode: Mode
    providers: frozenset[str]
    scopes: frozenset[str]
