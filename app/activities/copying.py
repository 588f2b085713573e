"""Copying: new records from one that is there, one for each date and place.

A copy is a new record with its own id, history and version 1. Its status is not copied:
like that of any record it follows from the content, so that a copy is a draft only while
something that Active needs is missing, and may be active at once. It cannot be closed at
once, because learner counts and the answer on commercial support are never copied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.activities.copied_fields import copied
from app.activities.presenting import present, reference
from app.activities.problems import DUPLICATE_KEY
from app.activities.repository import ActivityRepository, Record
from app.activities.schemas import Activity, DeliveryMethod, Name
from app.activities.submission import Submission, key_fields, submission
from app.auth.access import existing
from app.core.errors import ProblemError, Violation, refuse
from app.core.etag import Precondition
from app.core.fields import Identifier, IsoDate, Text
from app.core.fields.lists import no_more_than
from app.core.replies import Part
from app.core.validation import check
from app.reference.boards import Board


class CopyInstance(Part):
    """Date and place of one copy; what is left out is as in the original, null clears it."""

    # They are asked for by the rules of the record, in the words of its other writes.
    model_config = ConfigDict(
        json_schema_extra={"required": ["internal_id", "start_date", "end_date"]}
    )

    internal_id: Annotated[str, Identifier(100)] | None = None
    start_date: IsoDate | None = None
    end_date: IsoDate | None = None
    delivery_methods: Annotated[list[DeliveryMethod], no_more_than(DeliveryMethod)] | None = None
    location: Name | None = None
    city: Annotated[str, Text(100)] | None = None
    state: Annotated[str, Text(100)] | None = None
    country: Annotated[str, Text(100)] | None = None
    title: Annotated[str, Text(500)] | None = None


class ActivityCopying(Part):
    """The copies to make."""

    instances: Annotated[list[CopyInstance], Field(min_length=1, max_length=100)]


class ActivityCopies(Part):
    """The copies, in the order in which they were asked for."""

    data: list[Activity]


async def copy(  # noqa: PLR0913 - what copies are made from, each by its own name
    repository: ActivityRepository,
    activity_id: str,
    document: Any,
    precondition: Precondition,
    *,
    boards: Mapping[str, Board],
    today: date,
) -> list[Record]:
    """Make all copies that the document asks for, or none.

    Raises ProblemError: 404, 412, 422 with everything that is wrong in any instance, or
    409 `activity.duplicate_key` with every key that is taken.
    """
    original = existing(await repository.get(activity_id))
    precondition.check(original["version"])
    submissions = _submissions(original, document, boards)
    records = await _insert_all(repository, submissions)
    return [present(record, boards, today) for record in records]


def _submissions(
    original: Record,
    document: Any,
    boards: Mapping[str, Board],
) -> list[Submission]:
    checked = check(ActivityCopying, document)
    found = list(checked.violations)
    if checked.model is None:
        raise refuse(found)
    blamed = {_instance_of(violation) for violation in found}
    kept = copied(original)
    submissions = []
    for place, instance in enumerate(checked.model.instances):
        if place in blamed:
            continue
        content = {**kept, **instance.model_dump(mode="json", exclude_unset=True)}
        if instance.start_date is not None:
            content["moc"] = _in_effect(kept["moc"], instance.start_date, boards)
        try:
            submissions.append(submission(content, original["provider_id"], boards))
        except ProblemError as refusal:
            found += [
                replace(violation, pointer=f"/instances/{place}{violation.pointer}")
                for violation in refusal.violations
            ]
    if found:
        raise refuse(sorted(found, key=_instance_of))
    return submissions


def _in_effect(moc: Record, start: date, boards: Mapping[str, Board]) -> Record:
    """Leave out boards that take no registrations on the day a copy starts.

    Nobody can take them off a closed original, which could never be copied with them.
    """
    staying = {code for code, board in boards.items() if board.is_in_effect_on(start)}
    entries = [entry for entry in moc.get("boards", ()) if entry["board"] in staying]
    return {**moc, "boards": entries}


def _instance_of(violation: Violation) -> int:
    """Return the position of the instance that a violation lies in; -1 is above them all."""
    _, _, *steps = violation.pointer.split("/")
    return int(steps[0]) if steps and steps[0].isdecimal() else -1


async def _insert_all(
    repository: ActivityRepository, submissions: Sequence[Submission]
) -> list[Record]:
    records: list[Record] = []
    taken: list[Violation] = []
    related: list[Record] = []
    first_with_key = {sent.key: place for place, sent in reversed([*enumerate(submissions)])}
    for place, sent in enumerate(submissions):
        first = first_with_key[sent.key]
        if first != place:
            taken.append(_taken(place, f"Instance {first} has the same key."))
            related.append({"pointer": f"/instances/{first}", **key_fields(sent.key)})
            continue
        stored = await repository.insert(sent.content, "copied")
        if stored is not None:
            identity = {"activity_id": stored["activity_id"], "provider_id": repository.provider_id}
            records.append({**identity, **sent.content, **stored})
            continue
        other = await repository.get_by_key(sent.key)
        taken.append(_taken(place, "Another record has this key."))
        related += [reference(other)] if other else []
    if taken:
        keys = "1 key is" if len(taken) == 1 else f"{len(taken)} keys are"
        detail = f"{keys} taken. No copy was made."
        raise ProblemError(DUPLICATE_KEY, detail, violations=taken, related=related)
    return records


def _taken(place: int, message: str) -> Violation:
    return Violation(DUPLICATE_KEY, f"/instances/{place}/internal_id", message)
