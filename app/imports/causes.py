"""Why rows were rejected, grouped: one line for 212 rows that name the same unknown board.

The list is bounded. Values that nearly every row has differently, such as dates, are told
one by one only up to a number; the rest of their rows is counted under the same code and
place without a value.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.core.errors import ProblemError
from app.imports.readers.rows import Kind

Cause = dict[str, Any]

MOST_CAUSES: Final = 300
MOST_VALUES: Final = 25
ROWS_NAMED: Final = 5
_POSITION: Final = re.compile(r"/\d+(?=/|$)")
# Of completions only these values are repeated: the others are about a person.
_NOT_PERSONAL: Final = re.compile(
    r"/activity_id|/activity.*|/license_state|/completed_on|/credits"
    r"|/board_credits/\{i\}/(board|credit_type|credits)|/provider_id"
    # Words of the draft that say what a row is about.
    r"|/Activity/Module/.*|/XtensibleInfo/LearnerRecordAction|"
)


def problems_of(error: ProblemError, kind: Kind) -> list[dict[str, Any]]:
    """Return what a row was rejected for: every violation, or the one problem."""
    if not error.violations:
        return [_problem(error.kind.code, "", error.detail, None, ())]
    return [
        _problem(
            violation.kind.code,
            violation.pointer,
            violation.message,
            shown(violation.value, violation.pointer, kind),
            violation.did_you_mean,
        )
        for violation in error.violations
    ]


def shown(value: Any, pointer: str, kind: Kind) -> Any:
    """Return a value as far as a list may repeat it."""
    if kind == "completions" and not _NOT_PERSONAL.fullmatch(place_of(pointer)):
        return None
    return value


def place_of(pointer: str) -> str:
    """Return a pointer without the positions in lists: `/moc/boards/{i}/board`."""
    return _POSITION.sub("/{i}", pointer)


def _problem(
    code: str, pointer: str, message: str, value: Any, did_you_mean: Sequence[str]
) -> dict[str, Any]:
    return {
        "code": code,
        "pointer": pointer,
        "message": message.removesuffix(" Nothing was saved."),
        "value": value,
        "did_you_mean": list(did_you_mean),
    }


class Causes:
    """The causes of one import, as they grow."""

    def __init__(self, known: Sequence[Cause] = ()) -> None:
        self._by_key = {
            _key(cause): {**cause, "first_rows": list(cause["first_rows"])} for cause in known
        }
        self._values = Counter(key[:2] for key in self._by_key)
        self.changed = False

    def count(self, problems: Sequence[Mapping[str, Any]], row: int, children: int) -> None:
        """Count one rejected row under each of its reasons, once."""
        keys = {self._counted_as(problem): problem for problem in problems}
        for key, problem in keys.items():
            self._add(key, problem, row, "error", children)

    def note(self, problem: Mapping[str, Any], row: int) -> None:
        """Count a row that was taken in, although it says more than is kept."""
        self._add(self._counted_as(problem), problem, row, "warning", 0)

    def as_documents(self) -> list[Cause]:
        """Return the causes, those of most rows first."""
        return sorted(self._by_key.values(), key=lambda cause: (cause["severity"], -cause["count"]))

    def _counted_as(self, problem: Mapping[str, Any]) -> tuple[str, str, Any]:
        place = (problem["code"], place_of(problem["pointer"]))
        value = problem["value"]
        if isinstance(value, (dict, list)):
            # Whole lists and objects are hardly ever alike, and too long to be told apart by.
            return (*place, None)
        key = (*place, value)
        if key in self._by_key or self._values[place] < MOST_VALUES:
            return key
        return (*place, None)

    def _add(
        self,
        key: tuple[str, str, Any],
        problem: Mapping[str, Any],
        row: int,
        severity: str,
        children: int,
    ) -> None:
        cause = self._by_key.get(key)
        if cause is None:
            if len(self._by_key) >= MOST_CAUSES:
                return
            same_value = problem["value"] == key[2]
            cause = self._by_key[key] = {
                "code": key[0],
                "pointer": key[1],
                "value": key[2],
                "message": problem["message"],
                "severity": severity,
                "count": 0,
                "children": 0,
                "did_you_mean": problem["did_you_mean"] if same_value else [],
                "first_rows": [],
            }
            self._values[key[:2]] += 1
        cause["count"] += 1
        cause["children"] += children
        if len(cause["first_rows"]) < ROWS_NAMED:
            cause["first_rows"].append(row)
        self.changed = True


def _key(cause: Mapping[str, Any]) -> tuple[str, str, Any]:
    return (cause["code"], cause["pointer"], cause["value"])
