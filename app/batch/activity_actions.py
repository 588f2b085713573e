"""What is done with one activity of a batch: by the same services as in a call of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from app.activities import closing, deleting
from app.activities.presenting import present
from app.activities.repository import ActivityRepository, Record
from app.activities.service import ActivityService, Saved, SaveOptions
from app.activities.submission import submission
from app.auth.access import not_found
from app.batch.activity_names import NAMING_FIELDS, ActivityName
from app.batch.only_named import refuse_content
from app.batch.outcomes import Result
from app.core.etag import Precondition
from app.reference.boards import Board

DEEDS: Final = frozenset({"delete", "close"})
"""Actions that do not write content, and whose record is locked before it is judged."""

_ANY_VERSION: Final = Precondition()
_AS_SENT: Final = SaveOptions()


class Done(NamedTuple):
    """What was done, and the record as clients then read it; None when it is gone."""

    result: Result
    record: Record | None


class ActivityActions:
    """The actions of a batch, on the records of one repository."""

    def __init__(
        self, repository: ActivityRepository, boards: Mapping[str, Board], today: date
    ) -> None:
        self._repository = repository
        self._boards = boards
        self._today = today
        self._service = ActivityService(repository, boards, today)

    async def carry_out(
        self, action: str, document: Mapping[str, Any], name: ActivityName, before: Record | None
    ) -> Done:
        """Do what is asked with the activity that is named; `before` is how it stands."""
        if action not in DEEDS:
            return await self._save(action, document, name, before)
        name.insist()
        if before is None:
            raise not_found()
        self._refuse_content(document, before)
        activity_id = before["activity_id"]
        if action == "delete":
            await deleting.delete(self._repository, activity_id, _ANY_VERSION)
            return Done("deleted", None)
        record, already = await closing.close(
            self._repository, activity_id, self._boards, self._today, _ANY_VERSION
        )
        return Done("unchanged" if already else "closed", record)

    async def _save(
        self, action: str, document: Mapping[str, Any], name: ActivityName, before: Record | None
    ) -> Done:
        if name.activity_id is None and name.key is None:
            # What keeps the key from being read is wrong with the content, like the rest of it.
            submission(document, self._repository.provider_id, self._boards)
            name.insist()
        if action == "upsert" and name.activity_id is None and name.key is not None:
            saved = await self._service.push(name.key, document, _AS_SENT, _ANY_VERSION)
        elif before is not None:
            saved = await self._service.replace(
                before["activity_id"], document, _AS_SENT, _ANY_VERSION
            )
        else:
            raise not_found()
        return Done(_result(saved), saved.record)

    def _refuse_content(self, document: Mapping[str, Any], before: Record) -> None:
        """Refuse what is sent beside the name and is not as the record stands."""
        only_named = all(field in NAMING_FIELDS for field in document)
        refuse_content(
            document, before if only_named else present(before, self._boards, self._today)
        )


def _result(saved: Saved) -> Result:
    if saved.created:
        return "created"
    return "unchanged" if saved.unchanged else "updated"
