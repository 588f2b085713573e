"""What lies around a record and bears on it: yearly snapshots, other records, completions.

It comes with the record and is no part of its content. What others cause, records alike
and completions, is looked up by the statement that saves or closes the record, so that
reading costs nothing for it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple


class Snapshot(NamedTuple):
    """The learners that an activity had counted, from its start to the end of a year."""

    as_of: date
    physicians: int
    others: int

    def as_document(self) -> dict[str, Any]:
        """Return the entry of `snapshots`."""
        return {
            "as_of": self.as_of.isoformat(),
            "physicians": self.physicians,
            "others": self.others,
        }


class AlikeRecord(NamedTuple):
    """Another record of the provider: same format, same start date, near-equal title."""

    activity_id: str
    title: str


class Surroundings(NamedTuple):
    """What the database knows around one record.

    `draws_warnings` tells whether its content draws any; they were looked for when it was
    saved.
    """

    snapshots: tuple[Snapshot, ...] = ()
    alike: tuple[AlikeRecord, ...] = ()
    completions_above_count: bool = False
    attestation_text_version: str | None = None
    draws_warnings: bool = True

    @property
    def warn(self) -> bool:
        """Tell whether a warning can come of the record at all."""
        return bool(
            self.draws_warnings or self.snapshots or self.alike or self.completions_above_count
        )


ALONE: Final = Surroundings()


def surroundings_of(record: Mapping[str, Any]) -> Surroundings:
    """Read what came with a stored record; a record that was just sent stands alone."""
    found = record.get("surroundings")
    if found is None:
        return ALONE
    return Surroundings(
        snapshots=tuple(
            [
                Snapshot(date.fromisoformat(row["as_of"]), row["physicians"], row["others"])
                for row in found["snapshots"] or ()
            ]
        ),
        alike=tuple([AlikeRecord(**row) for row in found.get("alike") or ()]),
        completions_above_count=found.get("completions_above_count") or False,
        attestation_text_version=found["attestation_text_version"],
        draws_warnings=found["draws_warnings"],
    )
