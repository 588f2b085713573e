"""Parts of a record under an address of their own: support, MOC, learner totals.

A part is sent alone and saved with the whole record: the same rules hold, the version of
the record counts on, and its history tells what changed.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from app.activities.history import Change
from app.activities.record_document import document_order
from app.activities.repository import Record
from app.core.errors import ProblemError, Violation, refuse
from app.core.fields.base import FIELD_TYPE, json_type
from app.core.read_only import told_together


@dataclass(frozen=True, slots=True)
class Alongside:
    """What is stored beside the content of a record, in the same version of it."""

    changes: list[Change]
    store: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a part's body makes of the record, and where in the record the body stands.

    `changed` is what the body says of the server's fields and is not as it stands.
    """

    content: Mapping[str, Any]
    pointer: str
    alongside: Alongside | None = None
    changed: Sequence[Violation] = ()


Replace = Callable[[Record], Awaitable[Replacement]]
"""Works out the replacement from the stored record, once that is locked."""


@contextmanager
def told_of_the_part(part: Replacement) -> Iterator[None]:
    """Let violations point into the body that was sent, and not into the whole record.

    What is changed of the server's fields is told with them.
    """

    def in_order(violation: Violation) -> tuple[int, ...]:
        return document_order(f"{part.pointer}{violation.pointer}")

    try:
        yield
    except ProblemError as error:
        if not error.violations:
            raise
        told = refuse([_within(violation, part.pointer) for violation in error.violations])
        raise told_together(told, part.changed, in_order) from None
    if part.changed:
        raise refuse(part.changed)


def _within(violation: Violation, pointer: str) -> Violation:
    if f"{violation.pointer}/".startswith(f"{pointer}/"):
        return replace(violation, pointer=violation.pointer.removeprefix(pointer))
    # A rule that was tightened since may find fault with what the client did not send now.
    message = f"The activity itself has to be put right, at {violation.pointer}: "
    return replace(violation, pointer="", message=message + violation.message)


def split_echo(document: Any, served: tuple[str, ...]) -> tuple[Record, Record]:
    """Part what a client says from what it sends back of the server's own fields.

    Raises ProblemError 422 when the body is no object.
    """
    if not isinstance(document, dict):
        message = f"An object is needed here, not {json_type(document)}."
        raise refuse([Violation(FIELD_TYPE, "", message)])
    said = {
        name: value for name, value in document.items() if name not in served and name != "meta"
    }
    return said, {name: document[name] for name in served if name in document}
