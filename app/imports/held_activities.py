"""The activities that a chunk of completions is about: held as they are, and their terms."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final, TypeAlias

import asyncpg

from app.activities.repository import ActivityRepository, Key
from app.activities.staged_repository import StagedActivities
from app.auth.access import Access
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.imports.named_activity import ActivityKey, named_activity
from app.learners import completion_statements
from app.learners.completion_terms import ActivityTerms, terms_of
from app.reference.boards import Board

Name: TypeAlias = str | tuple[Any, ...]
"""The id of an activity, or the format, start date and internal id that a row names it by."""

# The terms of so many activities are kept between chunks; then they are read anew.
_MOST_KEPT: Final = 5000
_OF_A_KEY: Final = frozenset(ActivityKey.model_fields)
_ACTIVITY_ID: Final = itemgetter("activity_id")


def names_in(documents: Sequence[Mapping[str, Any]]) -> Sequence[Name | None]:
    """Return how each of these rows names its activity."""
    try:
        ids = list(map(_ACTIVITY_ID, documents))
    except KeyError:
        return list(map(name_in, documents))
    if set(map(type, ids)) == {str} and not any("activity" in one for one in documents):
        return ids
    return list(map(name_in, documents))


def name_in(document: Mapping[str, Any]) -> Name | None:
    """Return how a row names its activity, or None where that has to be looked at closely."""
    activity_id, sent = document.get("activity_id"), document.get("activity")
    if activity_id is not None:
        return activity_id if type(activity_id) is str and sent is None else None
    if type(sent) is not dict or not sent.keys() <= _OF_A_KEY:
        return None
    name = (sent.get("format"), sent.get("start_date"), sent.get("internal_id"))
    return name if all(part is None or type(part) is str for part in name) else None


class HeldActivities:
    """Holds activities chunk by chunk. Their terms are read again where they have changed."""

    def __init__(self, access: Access, boards: Mapping[str, Board], today: date) -> None:
        self._access = access
        self._boards = boards
        self._today = today
        self._ids: dict[Name, str | None] = {}
        self._keys: dict[Name, Key | None] = {}
        self._terms: dict[str, tuple[int, ActivityTerms | None]] = {}

    async def hold(
        self, transaction: Transaction, names: Collection[Name]
    ) -> tuple[dict[Name, str], dict[str, ActivityTerms]]:
        """Hold the activities under these names, as far as they are there.

        Return their ids, and the terms of those that take completions.
        """
        if len(self._terms) > _MOST_KEPT:
            self._terms.clear()
            self._ids.clear()
            self._keys.clear()
        ids = {name: await self._id_of(transaction, name) for name in names}
        held = {
            row["activity_id"]: row
            for row in await transaction.driver.fetch(
                completion_statements.HOLD_ACTIVITIES,
                self._access.provider_id,
                [one for one in ids.values() if one is not None],
            )
        }
        await self._read_terms(
            transaction,
            [one for one, row in held.items() if self._terms.get(one, (0,))[0] != row["version"]],
        )
        found = {}
        for name, activity_id in ids.items():
            row = held.get(activity_id)
            if activity_id is None or row is None or self._has_another_key(name, row):
                # It may be there under this name the next time.
                self._ids.pop(name, None)
            else:
                found[name] = activity_id
        terms = {one: kept for one in held if (kept := self._terms[one][1]) is not None}
        return found, terms

    async def _id_of(self, transaction: Transaction, name: Name) -> str | None:
        if isinstance(name, str):
            return name
        if name not in self._keys:
            self._keys[name] = _key(name)
        key = self._keys[name]
        if key is not None and name not in self._ids:
            self._ids[name] = await ActivityRepository(self._access, transaction.driver).find(key)
        return self._ids.get(name)

    def _has_another_key(self, name: Name, row: asyncpg.Record) -> bool:
        """Say whether an activity that was found by its key has another one by now."""
        key = self._keys.get(name)
        return key is not None and key != Key(row["format"], row["start_date"], row["internal_id"])

    async def _read_terms(self, transaction: Transaction, changed: list[str]) -> None:
        if not changed:
            return
        activities = StagedActivities(self._access, transaction)
        await activities.load([], changed)
        for activity_id in changed:
            record = await activities.get(activity_id)
            if record is not None:
                self._terms[activity_id] = (record["version"], self._terms_of(record))

    def _terms_of(self, record: dict[str, Any]) -> ActivityTerms | None:
        try:
            return terms_of(record, self._boards, self._today)
        except ProblemError:
            return None


def _key(name: tuple[Any, ...]) -> Key | None:
    code, start, internal_id = name
    sent = {"format": code, "start_date": start, "internal_id": internal_id}
    try:
        return named_activity({"activity": sent})[0].key
    except ProblemError:
        return None
