"""The body of a batch: its records, each read as far as it can be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.batch.problems import MOST_RECORDS, TOO_MANY
from app.core.errors import ProblemError, Violation, refuse
from app.core.replies import Part
from app.core.text import SHOWN
from app.core.validation import check, valid


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a batch: what is to be done, and with what.

    `refusal` is what keeps it from being read; nothing is done with it then, and its
    action may be empty.
    """

    index: int
    action: str
    document: Mapping[str, Any]
    refusal: ProblemError | None = None

    def insist(self) -> None:
        """Raise ProblemError 422 when the record could not be read."""
        if self.refusal is not None:
            raise self.refusal


class _Body(Part):
    atomic: bool = False
    records: list[Any]


class Action(Part):
    """A record of a batch, as far as every kind of record is alike."""

    action: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch as it was sent."""

    atomic: bool
    entries: list[Entry]


def read_batch(document: Any, record: type[Action], member: str) -> Sent:
    """Read a batch of records that hold their content in this member.

    A record that cannot be read is an entry with its refusal, and no matter of the others.
    Raises ProblemError 422 for what is wrong with the batch itself.
    """
    body = valid(_Body, document)
    records = body.records
    if len(records) > MOST_RECORDS:
        message = f"The batch has {len(records):,} records; at most {MOST_RECORDS} are allowed."
        raise refuse([Violation(TOO_MANY, "/records", message)])
    entries = [_entry(index, sent, record, member) for index, sent in enumerate(records)]
    return Sent(body.atomic, entries)


def _entry(index: int, sent: Any, record: type[Action], member: str) -> Entry:
    checked = check(record, sent)
    if checked.model is not None and not checked.violations:
        return Entry(index, checked.model.action, getattr(checked.model, member))
    # What could be read is told again, so that a client recognises its record.
    action = sent.get("action") if isinstance(sent, dict) else None
    known = action if isinstance(action, str) and len(action) <= SHOWN else ""
    content = sent.get(member) if isinstance(sent, dict) else None
    document = content if isinstance(content, dict) else {}
    return Entry(index, known, document, refuse(checked.violations))
