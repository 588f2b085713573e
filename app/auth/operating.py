"""What is done in the register where nobody calls: by the command line, and for the demo.

The trail is that of the API; what it names in the place of a credential says where it came from.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.auth.gates import SharedAccess
from app.auth.keys import IssuedKey, make_credential, what_it_cannot_speak_for
from app.auth.principal import Principal
from app.auth.repository import CredentialRepository
from app.auth.scopes import KINDS, Kind
from app.core.database import Database
from app.core.row_scope import REGISTRY
from app.core.worlds import Mode

COMMAND_LINE: Final = "command line"


def operating(database: Database, by: str) -> SharedAccess:
    """Return the access to the register of whoever runs the system, by this name."""
    principal = Principal(by, "operator", "live", providers=frozenset(), scopes=frozenset())
    return SharedAccess(principal, by, database, REGISTRY)


async def issue_key(  # noqa: PLR0913 - each argument is a property of the credential
    database: Database,
    *,
    providers: Sequence[str] = (),
    accreditor_id: str | None = None,
    scopes: Sequence[str] | None = None,
    mode: Mode = "live",
    name: str = "",
    kind: Kind = "provider",
    expires_at: datetime | None = None,
    credential_id: str | None = None,
    key: str | None = None,
    by: str = COMMAND_LINE,
) -> IssuedKey:
    """Issue a key of a kind; it may do what is usual for the kind when no scope is named.

    A key that was made before may be given, and is a new one otherwise.

    Raises ValueError for a scope that the kind cannot hold, and when the providers or the
    accreditor are not what the kind speaks for.
    """
    rule = KINDS[kind]
    wanted = tuple(scopes or rule.usual)
    unknown = [scope for scope in wanted if scope not in rule.scopes]
    if unknown:
        message = f"unknown scope {unknown[0]}; the scopes are {', '.join(rule.scopes)}"
        raise ValueError(message)
    wrong = what_it_cannot_speak_for(kind, providers, accreditor_id)
    if wrong is not None:
        raise ValueError(wrong)
    credential, issued = make_credential(
        kind=kind,
        mode=mode,
        name=name,
        scopes=wanted,
        providers=providers,
        accreditor_id=accreditor_id,
        expires_at=expires_at,
        credential_id=credential_id,
        key=key,
    )

    access = operating(database, by)
    await access.run(lambda transaction: CredentialRepository(access, transaction).add(credential))
    return issued
