"""Rows of many records as columns: a text for each column, which PostgreSQL takes apart again.

Neither JSON nor arrays of typed values are as fast on both sides. The values are separated
by the characters that ASCII has for it; no text of a record contains a control character
other than a line break or a tab, and a record that did would be refused here.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import JSON, Text
from sqlalchemy.dialects.postgresql import ARRAY, dialect
from sqlalchemy.types import TypeEngine

from app.core.json_text import json_text
from app.core.models import Base

_POSTGRESQL: Final = dialect()  # type: ignore[no-untyped-call]
_BETWEEN_VALUES: Final = "\x1f"
_BETWEEN_ENTRIES: Final = "\x1d"
_NULL: Final = "\x1e"
_ALL_TEXT: Final = frozenset({str})


class _Column(NamedTuple):
    """A column: its name, the SQL that reads its text, and what writes a value as text."""

    name: str
    read: str
    written: Callable[[Any], str]


class Columns:
    """Some columns of a table: as a part of statements, and as the arguments of those."""

    def __init__(self, model: type[Base], *names: str) -> None:
        self.table = model.__tablename__
        self.listed = names
        table = model.__table__.columns
        self._columns = [_column(name, table[name].type) for name in names]

    def __len__(self) -> int:
        """Return how many parameters the columns take."""
        return len(self._columns)

    def names(self, prefix: str = "", *, without: Sequence[str] = ()) -> str:
        """Return the names of the columns as SQL lists them."""
        return ", ".join(f"{prefix}{name}" for name in self.listed if name not in without)

    def rows(self, first: int) -> str:
        """Return the SQL of the rows that the parameters from this number on make."""
        values = ", ".join(f"{column.read} AS {column.name}" for column in self._columns)
        texts = ", ".join(
            f"string_to_array(${first + place}, {_sql(_BETWEEN_VALUES)}, {_sql(_NULL)})"
            for place in range(len(self))
        )
        return f"SELECT {values} FROM unnest({texts}) AS sent ({self.names()})"  # noqa: S608 - names of columns

    def arguments(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the parameters that say these rows; empty ones say that there are none."""
        return self._texts(rows, 0)

    def behind_the_first(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the parameters but for the first one, which these rows do not say."""
        return self._texts(rows, 1)

    def _texts(self, rows: Sequence[Mapping[str, Any]], first: int) -> list[str]:
        if not rows:
            return [""] * (len(self) - first)
        values = zip(*map(itemgetter(*self.listed[first:]), rows), strict=True)
        return [
            _text(column.written, given)
            for column, given in zip(self._columns[first:], values, strict=True)
        ]


def text_of(values: Sequence[str]) -> str:
    """Return the parameter of a column of text, every one of whose values is known."""
    return _joined(_BETWEEN_VALUES, values) if values else ""


def put_together(texts: Sequence[str]) -> str:
    """Return the parameter of a column of which these texts say some rows each."""
    return _BETWEEN_VALUES.join(texts)


def _text(written: Callable[[Any], str], values: Sequence[Any]) -> str:
    if written is str and _ALL_TEXT.issuperset(map(type, values)):
        return _joined(_BETWEEN_VALUES, values)
    texts = [_NULL if value is None else written(value) for value in values]
    return _joined(_BETWEEN_VALUES, texts)


def _joined(separator: str, texts: Sequence[str]) -> str:
    joined = separator.join(texts)
    # PostgreSQL finds nothing in an empty text, and not one text that is empty.
    if not joined or joined.count(separator) != len(texts) - 1:
        message = "a value is empty, or contains a character that separates values"
        raise ValueError(message)
    return joined


def _column(name: str, kind: TypeEngine[Any]) -> _Column:
    if isinstance(kind, Text):
        return _Column(name, name, str)
    if isinstance(kind, ARRAY):
        entries = f"string_to_array({name}, {_sql(_BETWEEN_ENTRIES)})"
        return _Column(name, f"coalesce({entries}, '{{}}')", _entries)
    # PostgreSQL reads numbers, yes and no, days and moments as Python and JSON write them.
    sql = kind.compile(dialect=_POSTGRESQL)
    return _Column(name, f"{name}::{sql}", json_text if isinstance(kind, JSON) else str)


def _sql(character: str) -> str:
    return f"chr({ord(character)})"


def _entries(values: Sequence[str]) -> str:
    return _joined(_BETWEEN_ENTRIES, values) if values else _NULL
