"""Compares what clients were told with what the database holds, promise by promise."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tests.databases import Superuser
from tests.faults.ledger import Write

LOST: Final = "what was acknowledged is there"
TWICE: Final = "one effect under one key"
REFUSED: Final = "no effect after a refusal"
VERSIONS: Final = "versions without gap or repeat"
OVERWRITTEN: Final = "an edit follows the version that it names"
CLOSED_TWICE: Final = "one close until it is reopened"
AFTER_CLOSE: Final = "nothing is accepted between close and reopen"


class Breach(NamedTuple):
    """A promise that was broken, by which write or record, in words."""

    promise: str
    about: str
    words: str


class Deed(NamedTuple):
    """A line of a record's history; the request id is the mark of the write."""

    version: int
    action: str
    mark: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands. Every write of the clients puts its mark into the description."""

    activity_id: str
    name: str
    version: int
    mark: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of one provider."""

    records: dict[str, Record]
    history: dict[str, list[Deed]]

    def places_of_marks(self) -> dict[str, list[tuple[str, int]]]:
        """Return the records and versions that each write made."""
        places = defaultdict(list)
        for activity_id, deeds in self.history.items():
            for deed in deeds:
                places[deed.mark].append((activity_id, deed.version))
        return places


async def stored(superuser: Superuser, provider_id: str) -> Stored:
    """Read everything of one provider, past the application."""
    records = await superuser.fetch(
        "SELECT activity_id, internal_id AS name, version, description AS mark,"
        " closed_at IS NOT NULL AS closed FROM activities WHERE provider_id = $1",
        provider_id,
    )
    history = defaultdict(list)
    for row in await superuser.fetch(
        "SELECT activity_id, version, action, request_id FROM activity_history"
        " WHERE provider_id = $1 ORDER BY activity_id, version",
        provider_id,
    ):
        history[row["activity_id"]].append(Deed(row["version"], row["action"], row["request_id"]))
    return Stored({row["activity_id"]: Record(**row) for row in records}, dict(history))


def breaches(writes: Sequence[Write], found: Stored) -> list[Breach]:
    """Return every promise that does not hold between a ledger and the database."""
    return [*_of_writes(writes, found), *_of_names(found), *_of_records(found)]


def _of_writes(writes: Sequence[Write], found: Stored) -> Iterator[Breach]:
    places = found.places_of_marks()
    for write in writes:
        made = places.get(write.mark, [])
        for activity_id, version in write.saved.items():
            if (activity_id, version) not in made or activity_id not in found.records:
                words = f"version {version} of {activity_id} was acknowledged and is not there"
                yield Breach(LOST, write.mark, words)
        if write.refused and made:
            yield Breach(REFUSED, write.mark, f"refused with {write.answer}, and it made {made}")
        if write.once and len(made) > len(write.names):
            yield Breach(TWICE, write.mark, f"it is about {len(write.names)} and made {made}")
        for activity_id, version in made:
            if write.if_match not in (None, version - 1):
                words = f"it names version {write.if_match} of {activity_id} and made {version}"
                yield Breach(OVERWRITTEN, write.mark, words)


def _of_names(found: Stored) -> Iterator[Breach]:
    names = Counter(record.name for record in found.records.values())
    for name, count in names.items():
        if count > 1:
            yield Breach(TWICE, name, f"{count} records have this key")


def _of_records(found: Stored) -> Iterator[Breach]:
    for record in found.records.values():
        deeds = found.history.get(record.activity_id, [])
        if [deed.version for deed in deeds] != list(range(1, record.version + 1)):
            words = f"it is at version {record.version}, its history has {len(deeds)}"
            yield Breach(VERSIONS, record.activity_id, words)
        writers = [deed.mark for deed in deeds if deed.action in ("created", "updated")]
        if not writers or record.mark != writers[-1]:
            words = f"it says what {record.mark} wrote, and its history ends otherwise"
            yield Breach(VERSIONS, record.activity_id, words)
        yield from _of_closing(record, deeds)


def _of_closing(record: Record, deeds: Sequence[Deed]) -> Iterator[Breach]:
    closed = False
    for deed in deeds:
        if closed and deed.action == "closed":
            yield Breach(CLOSED_TWICE, record.activity_id, f"again as version {deed.version}")
        elif closed and deed.action != "reopened":
            words = f"{deed.action} as version {deed.version}, while it was closed"
            yield Breach(AFTER_CLOSE, record.activity_id, words)
        closed = deed.action == "closed" or (closed and deed.action != "reopened")
    if closed != record.closed:
        words = "its history and the record do not agree whether it is closed"
        yield Breach(AFTER_CLOSE, record.activity_id, words)
