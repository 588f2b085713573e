"""The audit trail of the cold paths: the columns every trail has, and what changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

Change = dict[str, Any]


class Actor(NamedTuple):
    """Who makes a change, and in which request, as every trail says it."""

    actor_kind: str
    credential_id: str
    request_id: str


class Audited:
    """What each row of an audit trail says beside the record it is about.

    The application may insert and read such rows; it is not granted more.
    """

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    action: Mapped[str] = mapped_column(Text)
    actor_kind: Mapped[str] = mapped_column(Text)
    credential_id: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(Text)
    changes: Mapped[list[Change]] = mapped_column(JSONB)


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """List the fields that differ between two states of a flat record; {} is no record."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        {"pointer": f"/{name}", "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]
