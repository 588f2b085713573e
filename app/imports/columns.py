"""The columns of tables: which part of a record each one is, and how its cells are read.

One list serves the reader, the template, the reasons and the exports. Parts that repeat
have numbered columns: `support_1_source`, `support_2_source`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from app.activities import schemas
from app.activities.formats import FORMATS
from app.imports import list_cells
from app.imports.readers.rows import Kind
from app.learners.completion_schemas import MOST_BOARD_CREDITS

Cell = Literal["text", "words", "number", "boolean", "date", "list"]
"""What a cell holds; `words` are for people, and the blanks around them are the writer's."""

YES_OR_NO: Final = ("yes", "no")
_POSITION: Final = re.compile(r"/(\d+)(?:/|\Z)", re.ASCII)
_REPEATS: Final = re.compile(r"([a-z_]+?)_(\d{1,3})_([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its place in the record, what its cells hold, and help.

    `choices` are the values a cell may have, empty when there are too many to list.
    """

    name: str
    pointer: str
    cell: Cell = "text"
    help: str = ""
    choices: tuple[str, ...] = ()

    def numbered(self, position: int) -> "Column":
        """Return the column of one entry of a part that repeats, counted from 1."""
        return replace(
            self,
            name=self.name.replace("#", str(position)),
            pointer=self.pointer.replace("#", str(position - 1)),
        )


def _choices(literal: Any) -> tuple[str, ...]:
    return get_args(literal)


_OWN: Final = (
    Column("activity_id", "/activity_id", help="Empty for a new record; 9 digits otherwise"),
    Column("internal_id", "/internal_id", help="Your own code for the activity"),
    Column("title", "/title", "words"),
    Column("format", "/format", choices=tuple(FORMATS)),
    Column("start_date", "/start_date", "date", "YYYY-MM-DD"),
    Column("end_date", "/end_date", "date", "YYYY-MM-DD"),
    Column(
        "delivery_methods",
        "/delivery_methods",
        "list",
        f"Any of {'; '.join(_choices(schemas.DeliveryMethod))}",
    ),
    Column("location", "/location", "words", "Name of the place, when in person"),
    Column("city", "/city", "words"),
    Column("state", "/state", help="Two letters, in the USA"),
    Column("country", "/country", help="Three letters, such as USA"),
    Column("credits", "/credits", "number", "AMA PRA Category 1, in steps of 0.25"),
    Column("description", "/description", "words"),
    Column("cme_finder", "/cme_finder", "boolean", choices=YES_OR_NO),
    Column("fee", "/fee", choices=_choices(schemas.Fee)),
    Column("registration", "/registration", choices=_choices(schemas.Registration)),
    Column("url", "/url"),
    Column("providership", "/providership", choices=_choices(schemas.Providership)),
    Column(
        "joint_providers",
        "/joint_providers",
        "list",
        'Names, separated by ;, in "quotation marks" with a ; inside',
    ),
    Column("support_received", "/commercial_support/received", "boolean", choices=YES_OR_NO),
    Column("physicians", "/learners/physicians", "number", "0 is an answer"),
    Column("other_learners", "/learners/others", "number", "0 is an answer"),
    Column("moc_registered", "/moc/registered", "boolean", choices=YES_OR_NO),
    Column("moc_attested_by", "/moc/attestation/attested_by", "words"),
    Column("moc_attested_on", "/moc/attestation/attested_on", "date", "YYYY-MM-DD"),
)
_OUTCOME: Final = (
    Column("outcome_#_measure", "/outcome_measures/#/measure", choices=_choices(schemas.Measure)),
    Column("outcome_#_kinds", "/outcome_measures/#/kinds", "list", "objective; subjective"),
)
_SUPPORT: Final = (
    Column(
        "support_#_source", "/commercial_support/sources/#/source", "words", "Name of the company"
    ),
    Column(
        "support_#_monetary",
        "/commercial_support/sources/#/monetary",
        "boolean",
        choices=YES_OR_NO,
    ),
    Column("support_#_amount", "/commercial_support/sources/#/amount", "number", "USD"),
    Column(
        "support_#_in_kind", "/commercial_support/sources/#/in_kind", "boolean", choices=YES_OR_NO
    ),
    Column(
        "support_#_in_kind_nature",
        "/commercial_support/sources/#/in_kind_nature",
        "list",
        f"Any of {'; '.join(_choices(schemas.InKindNature))}",
    ),
    Column("support_#_received_year", "/commercial_support/sources/#/received_year", "number"),
)
_MOC: Final = (
    Column("moc_#_board", "/moc/boards/#/board", help="Such as ABIM"),
    Column("moc_#_practice_areas", "/moc/boards/#/practice_areas", "list", "Separated by ;"),
    Column("moc_#_credit_types", "/moc/boards/#/credit_types", "list", "Separated by ;"),
    Column("moc_#_credits", "/moc/boards/#/credits", "number"),
    Column("moc_#_content_areas", "/moc/boards/#/content_areas", "list", "Separated by ;"),
    Column("moc_#_credit_claim_date", "/moc/boards/#/credit_claim_date", "date", "YYYY-MM-DD"),
    Column("moc_#_fee", "/moc/boards/#/fee", choices=_choices(schemas.Fee)),
    Column(
        "moc_#_registration", "/moc/boards/#/registration", choices=_choices(schemas.Registration)
    ),
    Column("moc_#_url", "/moc/boards/#/url"),
)
_COMPLETION: Final = (
    Column("activity_id", "/activity_id", help="9 digits; or the three columns that follow"),
    Column("activity_format", "/activity/format", choices=tuple(FORMATS)),
    Column("activity_start_date", "/activity/start_date", "date", "YYYY-MM-DD"),
    Column("activity_internal_id", "/activity/internal_id"),
    Column("credit_id", "/credit_id", help="Your own id of the credit"),
    Column("given_name", "/given_name", "words"),
    Column("family_name", "/family_name", "words"),
    Column("birth_month_day", "/birth_month_day", help="MM-DD, never the year"),
    Column("license_state", "/license_state", help="Two letters"),
    Column("license_id", "/license_id"),
    Column("npi", "/npi", help="10 digits"),
    Column("completed_on", "/completed_on", "date", "YYYY-MM-DD"),
    Column("credits", "/credits", "number", "In steps of 0.25"),
)
_BOARD_CREDIT: Final = (
    Column("board_#_board", "/board_credits/#/board", help="Such as ABIM"),
    Column("board_#_learner_id", "/board_credits/#/board_learner_id"),
    Column("board_#_credit_type", "/board_credits/#/credit_type"),
    Column("board_#_credits", "/board_credits/#/credits", "number"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one kind of record: those of its own, and the parts that repeat.

    `most` says how often a part may be there in one record.
    """

    own: tuple[Column, ...]
    repeated: Mapping[str, tuple[Column, ...]]
    most: Mapping[str, int]

    def widest(self) -> int:
        """Return how many columns hold the largest record."""
        parts = (len(columns) * self.most[part] for part, columns in self.repeated.items())
        return len(self.own) + sum(parts)

    def columns(self, times: Mapping[str, int] | int) -> tuple[Column, ...]:
        """Return all columns, with every part repeated this often."""
        count = times if isinstance(times, Mapping) else dict.fromkeys(self.repeated, times)
        return (
            *self.own,
            *(
                column.numbered(position)
                for part, columns in self.repeated.items()
                for position in range(1, count[part] + 1)
                for column in columns
            ),
        )

    def holds(self, record: Mapping[str, Any], times: Mapping[str, int]) -> bool:
        """Tell whether columns with every part repeated this often hold all of a record."""
        return all(
            len(_value_at(record, columns[0].pointer.partition("/#")[0]) or ()) <= times[part]
            for part, columns in self.repeated.items()
        )

    def named(self, name: str) -> Column | None:
        """Return the column of this name, if the table has it."""
        for column in self.own:
            if column.name == name:
                return column
        found = _REPEATS.fullmatch(name)
        if found is None or found[1] not in self.repeated or not int(found[2]):
            return None
        pattern = f"{found[1]}_#_{found[3]}"
        for column in self.repeated[found[1]]:
            if column.name == pattern:
                return column.numbered(int(found[2]))
        return None

    def pointed_at(self, pointer: str) -> str | None:
        """Return the name of the column that an error's pointer leads to."""
        found = _POSITION.search(pointer)
        position = int(found[1]) + 1 if found else 0
        for columns in (self.own, *self.repeated.values()):
            for column in columns:
                place = column.numbered(position)
                if pointer == place.pointer or pointer.startswith(f"{place.pointer}/"):
                    return place.name
        return None


TABLES: Final[Mapping[Kind, Table]] = MappingProxyType(
    {
        "activities": Table(
            _OWN,
            MappingProxyType({"outcome": _OUTCOME, "support": _SUPPORT, "moc": _MOC}),
            MappingProxyType(
                {
                    "outcome": schemas.MOST_MEASURES,
                    "support": schemas.MOST_SOURCES,
                    "moc": schemas.MOST_BOARDS,
                }
            ),
        ),
        "completions": Table(
            _COMPLETION,
            MappingProxyType({"board": _BOARD_CREDIT}),
            MappingProxyType({"board": MOST_BOARD_CREDITS}),
        ),
    }
)


def values_of(columns: Iterable[Column], record: Mapping[str, Any]) -> list[Any]:
    """Return a record's cells in the order of these columns."""
    return [_WRITTEN[column.cell](_value_at(record, column.pointer)) for column in columns]


def _value_at(record: Any, pointer: str) -> Any:
    place: Any = record
    for step in pointer.split("/")[1:]:
        if isinstance(place, list):
            place = place[int(step)] if int(step) < len(place) else None
        else:
            place = place.get(step) if isinstance(place, Mapping) else None
    return place


def _joined(value: Any) -> Any:
    return list_cells.written(value) if value else None


def _yes_or_no(value: Any) -> Any:
    return value if value is None else YES_OR_NO[not value]


def _as_it_is(value: Any) -> Any:
    return value


_WRITTEN: Final[Mapping[Cell, Callable[[Any], Any]]] = MappingProxyType(
    {
        "text": _as_it_is,
        "words": _as_it_is,
        "number": _as_it_is,
        "date": _as_it_is,
        "boolean": _yes_or_no,
        "list": _joined,
    }
)
