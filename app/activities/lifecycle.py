"""The four statuses of an activity, in the order in which a record passes them."""

from enum import StrEnum


class Status(StrEnum):
    """How far a record has come. It is derived from the record, never stored."""

    DRAFT = "draft"
    ACTIVE = "active"
    READY_TO_CLOSE = "ready_to_close"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Return the name of the status as people write it."""
        return _LABELS[self]

    def reaches(self, other: "Status") -> bool:
        """Say whether this status is the other one, or comes after it."""
        return _ORDER[self] >= _ORDER[other]


_ORDER = {status: step for step, status in enumerate(Status)}
_LABELS = {
    Status.DRAFT: "Draft",
    Status.ACTIVE: "Active",
    Status.READY_TO_CLOSE: "Ready to Close",
    Status.CLOSED: "Closed",
}
