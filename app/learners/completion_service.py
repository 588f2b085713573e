"""Reporting, correcting and deleting the completions of one activity."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.auth.access import existing
from app.core.errors import ProblemError, Violation, refuse
from app.core.etag import Precondition
from app.core.read_only import read_only_violations, told_together
from app.learners.completion_book import CompletionBook
from app.learners.completion_problems import DUPLICATE
from app.learners.completion_submission import (
    BoardDay,
    CompletionSubmission,
    Record,
    completion_submission,
    completion_warnings,
    echo_in,
    in_order,
)
from app.learners.completion_terms import ActivityTerms, terms_of
from app.reference.boards import Board


@dataclass(frozen=True, slots=True)
class Reported:
    """A completion as it stands after a write."""

    completion: Record
    created: bool = False
    unchanged: bool = False


class CompletionService:
    """The writes on the completions of one activity, as a book of them holds them.

    A call finds what it is about, judges what was sent, lets `prepare` look up what that
    would take, and then writes.
    """

    def __init__(
        self, book: CompletionBook, activity: Record, boards: Mapping[str, Board], today: date
    ) -> None:
        self._book = book
        self._activity = activity
        self._boards = boards
        self._today = today

    @cached_property
    def _terms(self) -> ActivityTerms:
        return terms_of(self._activity, self._boards, self._today)

    def find(self, completion_id: str, precondition: Precondition) -> Record:
        """Return a completion of the activity; raise 404, or 412 for another version."""
        before = existing(self._book.get(completion_id))
        precondition.check(before["version"])
        return before

    def submission(self, document: Any) -> CompletionSubmission:
        """Judge what a client sent; raise 409 for a draft, 422 with all that is wrong."""
        return completion_submission(document, self._terms)

    def judged(self, document: Any, before: Record | None) -> CompletionSubmission:
        """Judge as `submission` does, and what of the server's fields is changed, at once."""
        try:
            return self.submission(document)
        except ProblemError as refusal:
            changed = self._changed_fields(echo_in(document), before)
            raise told_together(refusal, changed, in_order) from None

    async def prepare(self, sent: Iterable[CompletionSubmission]) -> None:
        """Look up which credit ids and days are taken, of those that these would take."""
        submissions = list(sent)
        credit_ids = {one.content["credit_id"] for one in submissions} - {None}
        await self._book.load((), credit_ids)
        await self._book.load_days({day for one in submissions for day in one.days})

    async def report(self, sent: CompletionSubmission) -> Reported:
        """Enter a new completion; raise 409 `completion.duplicate` when it is there already."""
        self._refuse_changed(sent, None)
        self._refuse_duplicate(sent, None)
        record = await self._book.insert(sent.content, sent.days)
        return Reported(presented(record, sent), created=True)

    def correct(self, before: Record, sent: CompletionSubmission) -> Reported:
        """Put what was sent in the place of what a completion said."""
        self._refuse_changed(sent, before)
        if all(before[name] == value for name, value in sent.content.items()):
            return Reported(presented(before, sent), unchanged=True)
        self._refuse_duplicate(sent, before["completion_id"])
        return Reported(presented(self._book.correct(before, sent.content, sent.days), sent))

    def remove(self, before: Record) -> None:
        """Delete a completion; its versions remain in the history."""
        self._book.remove(before)

    def _refuse_changed(self, sent: CompletionSubmission, before: Record | None) -> None:
        if found := self._changed_fields(sent.echoed, before):
            raise refuse(found)

    def _changed_fields(self, echoed: Record, before: Record | None) -> list[Violation]:
        """List what was sent of the server's fields and is not as the completion has it."""
        if before is not None:
            return read_only_violations(echoed, before)
        named = {name: self._activity[name] for name in ("provider_id", "activity_id")}
        return read_only_violations(echoed, named)

    def _refuse_duplicate(self, sent: CompletionSubmission, own_id: str | None) -> None:
        other = self._book.under(sent.content["credit_id"])
        if other is not None and other["completion_id"] != own_id:
            detail = "A completion with this credit_id was reported already. Nothing was saved."
            raise ProblemError(DUPLICATE, detail, related=[reference(other)])
        taken = self._taken(sent.days, own_id)
        if taken is not None:
            day, completion_id = taken
            raise ProblemError(
                DUPLICATE,
                f"{day.board} takes one completion of a learner, activity and day, and has the"
                f" one of {day.completed_on} already. Nothing was saved.",
                related=[reference({**self._activity, "completion_id": completion_id})],
            )

    def _taken(self, days: Collection[BoardDay], own_id: str | None) -> tuple[BoardDay, str] | None:
        for day in days:
            completion_id = self._book.on(day)
            if completion_id is not None and completion_id != own_id:
                return day, completion_id
        return None


def presented(record: Record, sent: CompletionSubmission | None = None) -> Record:
    """Return a completion as clients read it."""
    year_dropped = sent is not None and sent.year_dropped
    warnings = completion_warnings(record, year_dropped=year_dropped)
    return {**record, "warnings": [warning.as_document() for warning in warnings]}


def reference(record: Record) -> Record:
    """Name a completion so that a client can go there; nothing of the person is in it."""
    provider_id, activity_id = record["provider_id"], record["activity_id"]
    completion_id = record["completion_id"]
    return {
        "completion_id": completion_id,
        "activity_id": activity_id,
        "href": f"/v1/providers/{provider_id}/activities/{activity_id}/completions/{completion_id}",
    }
