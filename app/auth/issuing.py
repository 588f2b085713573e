"""What a new credential may be: never more than its maker, never more than its kind."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from app.auth.access import SCOPE_MISSING
from app.auth.keys import IssuedKey, make_credential, what_it_cannot_speak_for
from app.auth.models import Credential
from app.auth.principal import Principal
from app.auth.schemas import CredentialRequest, KeyRequest
from app.auth.scopes import KINDS, READING
from app.core.database import Transaction
from app.core.errors import ProblemError, Violation, declare, refuse
from app.core.violations import in_order_of

EXPIRY_INVALID = declare(
    "credential.expiry_invalid",
    422,
    "The credential cannot expire then",
    "Send a moment that is still to come, and not after the expiry of your own credential.",
)
SCOPE_NOT_OF_KIND = declare(
    "credential.scope_not_of_kind",
    422,
    "Credentials of this kind cannot hold the scope",
    "Leave the scope out; the message lists those that the kind may hold.",
)
MODE_DIFFERS = declare(
    "credential.mode_differs",
    422,
    "The credential would belong to the other world",
    "Leave `mode` out. Test keys are issued by test keys, or by `pars keys issue --test`.",
)
SPEAKS_FOR_NOBODY = declare(
    "credential.speaks_for",
    422,
    "The credential does not say for whom it speaks",
    "Name what the message asks for: one provider, several, an accreditor, or none of them.",
)
PROVIDER_UNKNOWN = declare(
    "credential.provider_unknown",
    422,
    "There is no such provider",
    "Send the seven digits of a provider that has been entered.",
)
ACCREDITOR_UNKNOWN = declare(
    "credential.accreditor_unknown",
    422,
    "There is no such accreditor",
    "Send the id of an accreditor that has been entered.",
)

_IN_ORDER = in_order_of(CredentialRequest)
_KNOWN_PROVIDERS = "SELECT provider_id FROM providers WHERE provider_id = ANY ($1::text[])"
_KNOWN_ACCREDITOR = "SELECT EXISTS (SELECT FROM accreditors WHERE accreditor_id = $1)"


def new_key_of(
    provider_id: str, maker: Principal, wanted: KeyRequest, now: datetime
) -> tuple[Credential, IssuedKey]:
    """Make a key of a provider on behalf of another one.

    It is for reading unless it asks for more. Raises ProblemError: 403 for a scope that
    the maker does not have itself, 422 for an expiry that has passed or is after its own.
    """
    scopes: Sequence[str] = wanted.scopes or sorted(maker.scopes & READING)
    beyond = [scope for scope in scopes if scope not in maker.scopes]
    if beyond or not scopes:
        lacked = ", ".join(beyond) or "to read"
        raise ProblemError(
            SCOPE_MISSING,
            f"This credential does not have the scope {lacked}, so it cannot pass it on. "
            "Nothing was saved.",
        )
    _refuse_any(_expiry_violations(wanted.expires_at, now, maker.expires_at))
    return make_credential(
        kind="provider",
        mode=maker.mode,
        name=wanted.name,
        scopes=scopes,
        providers=[provider_id],
        expires_at=wanted.expires_at or maker.expires_at,
        created_by=maker.credential_id,
    )


async def new_credential_of(
    transaction: Transaction, maker: Principal, wanted: CredentialRequest, now: datetime
) -> tuple[Credential, IssuedKey]:
    """Make a credential of any kind; raise 422 with everything that is wrong with it."""
    providers = wanted.providers or []
    found = [
        *_scope_violations(wanted),
        *_expiry_violations(wanted.expires_at, now, maker.expires_at),
    ]
    if wanted.mode not in (None, maker.mode):
        message = f"A {maker.mode} credential issues {maker.mode} credentials only."
        found.append(Violation(MODE_DIFFERS, "/mode", message, wanted.mode))
    wrong = what_it_cannot_speak_for(wanted.kind, providers, wanted.accreditor)
    if wrong is not None:
        pointer = "/accreditor" if wanted.kind == "accreditor" else "/providers"
        found.append(Violation(SPEAKS_FOR_NOBODY, pointer, f"{wrong[0].upper()}{wrong[1:]}."))
    rows = await transaction.driver.fetch(_KNOWN_PROVIDERS, providers)
    known = {row["provider_id"] for row in rows}
    found += [
        Violation(PROVIDER_UNKNOWN, f"/providers/{place}", f"{one} is no provider.", one)
        for place, one in enumerate(providers)
        if one not in known
    ]
    if wanted.accreditor is not None and not await transaction.driver.fetchval(
        _KNOWN_ACCREDITOR, wanted.accreditor
    ):
        message = f"{wanted.accreditor} is no accreditor."
        found.append(Violation(ACCREDITOR_UNKNOWN, "/accreditor", message, wanted.accreditor))
    _refuse_any(found)
    return make_credential(
        kind=wanted.kind,
        mode=maker.mode,
        name=wanted.name,
        scopes=wanted.scopes,
        providers=providers,
        accreditor_id=wanted.accreditor,
        expires_at=wanted.expires_at or maker.expires_at,
        created_by=maker.credential_id,
    )


def _scope_violations(wanted: CredentialRequest) -> Iterator[Violation]:
    held = KINDS[wanted.kind].scopes
    for place, scope in enumerate(wanted.scopes):
        if scope not in held:
            message = f"A credential of kind {wanted.kind} may hold {', '.join(held)}."
            yield Violation(SCOPE_NOT_OF_KIND, f"/scopes/{place}", message, scope)


def _expiry_violations(
    wanted: datetime | None, now: datetime, makers: datetime | None
) -> Iterator[Violation]:
    if wanted is None:
        return
    if wanted <= now:
        yield Violation(EXPIRY_INVALID, "/expires_at", "This moment has passed.", str(wanted))
    elif makers is not None and wanted > makers:
        message = f"Your own credential expires before that, at {makers.isoformat()}."
        yield Violation(EXPIRY_INVALID, "/expires_at", message, str(wanted))


def _refuse_any(violations: Iterable[Violation]) -> None:
    found = sorted(violations, key=_IN_ORDER)
    if found:
        raise refuse(found)
