"""The public directory: every provider with the person who answers the public.

It is read through a view of its own, which shows of each provider the website contact, or
else the primary one, and nothing of anybody else: the database holds that line itself.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, column, select, table, tuple_

from app.core.database import Transaction

PERSON_FIELDS = ("given_name", "family_name", "email", "phone")
DIRECTORY = table(
    "provider_directory",
    *map(column, ("provider_id", "name", "city", "state", "has_contact", *PERSON_FIELDS)),
)

NameKey = tuple[str, str]
"""What the directory is sorted by: the provider's name, then its id."""


async def page(
    transaction: Transaction, search: str | None, after: NameKey | None, most: int
) -> Sequence[RowMapping]:
    """Return the entries behind this one by name, at most so many."""
    key = (DIRECTORY.c.name, DIRECTORY.c.provider_id)
    query = select(DIRECTORY).order_by(*key).limit(most)
    if search is not None:
        query = query.where(DIRECTORY.c.name.icontains(search, autoescape=True))
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return (await transaction.session.execute(query)).mappings().all()


def present(entry: RowMapping) -> dict[str, Any]:
    """Return an entry as everybody reads it; the contact is null while there is none."""
    person = {name: entry[name] for name in PERSON_FIELDS}
    return {
        "provider_id": entry["provider_id"],
        "name": entry["name"],
        "city": entry["city"],
        "state": entry["state"],
        "contact": person if entry["has_contact"] else None,
    }
