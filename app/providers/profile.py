"""Changing a provider's profile: who may write what, and what must be true of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.auth.access import existing
from app.auth.scopes import Kind
from app.core.audit import changes_between
from app.core.clock import Clock
from app.core.errors import Violation, refuse
from app.core.etag import Precondition
from app.core.instant import instant
from app.core.read_only import read_only_violations
from app.core.validation import check
from app.core.violations import in_order_of
from app.providers.models import Provider
from app.providers.problems import COUNTRY_UNKNOWN, STATE_UNKNOWN, unknown_accreditor
from app.providers.repository import ProviderRepository
from app.providers.schemas import ProfileContent
from app.reference import countries, us_states

Document = dict[str, Any]

USA: Final = "USA"
ADDRESS_FIELDS: Final = (
    "address_lines",
    "city",
    "state",
    "postal_code",
    "country",
    "web_site",
)
ACCREDITORS_FIELDS: Final = ("name", "accreditor", "accreditation_status")
SERVER_FIELDS: Final = ("provider_id", "version", "created_at", "updated_at")
_IN_ORDER: Final = in_order_of(ProfileContent)
# What the accreditor decides is entered by whoever keeps the register.
_DECIDES: Final[Kind] = "operator"


@dataclass(frozen=True, slots=True)
class Saved:
    """A profile as it stands after a write."""

    document: Document
    unchanged: bool


def present(provider: Provider) -> Document:
    """Return a provider's profile as clients read it."""
    return {
        "provider_id": provider.provider_id,
        **content_of(provider),
        "version": provider.version,
        "created_at": instant(provider.created_at),
        "updated_at": instant(provider.updated_at),
    }


def content_of(provider: Provider) -> Document:
    """Return the part of a profile that somebody writes."""
    return {
        "name": provider.name,
        "accreditor": provider.accreditor_id,
        "accreditation_status": provider.accreditation_status,
        **{name: getattr(provider, name) for name in ADDRESS_FIELDS},
    }


async def edit(
    repository: ProviderRepository,
    patch: Any,
    kind: Kind,
    precondition: Precondition,
    clock: Clock,
) -> Saved:
    """Merge a patch into the profile: null clears, the lines of the address are replaced whole.

    Raises ProblemError: 404, 412, or 422 with every violation, among them `read_only` for
    what is the accreditor's to say.
    """
    provider = existing(await repository.get(lock=True))
    precondition.check(provider.version)
    before, current = content_of(provider), present(provider)
    content = await _judged(repository, patch, before, current, kind)
    changes = changes_between(before, content)
    if not changes:
        return Saved(current, unchanged=True)
    provider.name = content["name"]
    provider.accreditor_id = content["accreditor"]
    provider.accreditation_status = content["accreditation_status"]
    for name in ADDRESS_FIELDS:
        setattr(provider, name, content[name])
    provider.version += 1
    provider.updated_at = clock.stamp()
    await repository.save(provider, changes)
    return Saved(present(provider), unchanged=False)


async def _judged(
    repository: ProviderRepository,
    patch: Any,
    before: Document,
    current: Document,
    kind: Kind,
) -> Document:
    found: list[Violation] = []
    document = patch
    if isinstance(patch, dict):
        echoed = {name: patch[name] for name in SERVER_FIELDS if name in patch}
        found += read_only_violations(echoed, current)
        if kind != _DECIDES:
            decided = {name: patch[name] for name in ACCREDITORS_FIELDS if name in patch}
            found += read_only_violations(decided, current, "the accreditor")
        judged = {violation.pointer[1:] for violation in found}.union(SERVER_FIELDS, {"meta"})
        document = before | {name: value for name, value in patch.items() if name not in judged}
    checked = check(ProfileContent, document)
    found += checked.violations
    if checked.model is None:
        raise refuse(sorted(found, key=_IN_ORDER))
    content = checked.model.model_dump()
    found += _place_violations(content)
    if content["accreditor"] != before["accreditor"]:
        found += unknown_accreditor(content["accreditor"], await repository.accreditors())
    if found:
        raise refuse(sorted(found, key=_IN_ORDER))
    return content


def _place_violations(content: Document) -> Iterator[Violation]:
    country, state = content["country"], content["state"]
    if country is not None and not countries.is_country(country):
        message = f"{country} is not the three-letter code of a country."
        near = countries.nearest(country)
        yield Violation(COUNTRY_UNKNOWN, "/country", message, country, near)
    if country == USA and state is not None and not us_states.is_us_state(state):
        message = f"{state} is not the two-letter code of a state of the USA."
        yield Violation(STATE_UNKNOWN, "/state", message, state, us_states.nearest(state))
