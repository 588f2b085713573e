"""The yearly review: the provider looked at its contacts, and they are current."""

from app.contacts.problems import PRIMARY_REQUIRED
from app.contacts.repository import ContactRepository
from app.contacts.review import Review, review_of
from app.core.clock import Clock
from app.core.errors import ProblemError
from app.core.etag import Precondition
from app.core.instant import instant


async def confirm(
    repository: ContactRepository, precondition: Precondition, clock: Clock
) -> Review:
    """Record that all contacts were reviewed now; return by when they must be again.

    Raises ProblemError: 412, or 409 when there is nobody yet who could be confirmed.
    """
    precondition.check(await repository.lock())
    everybody = await repository.everybody()
    if not everybody:
        detail = "There is no contact to confirm yet; begin with the primary one."
        raise ProblemError(PRIMARY_REQUIRED, detail)
    now, stamp = clock.now(), clock.stamp()
    for contact in everybody:
        before = contact.last_reviewed_at
        contact.last_reviewed_at = now
        contact.version += 1
        contact.updated_at = stamp
        change = {
            "pointer": "/last_reviewed_at",
            "before": before and instant(before),
            "after": instant(now),
        }
        repository.record(contact, "reviewed", [change], stamp)
    await repository.count_change()
    return review_of(now, now, clock.reporting_zone, clock.today())
