"""The conditions of the rule kernel as SQL predicates that are true or false, never null.

The texts hold names and values from the code only, never a value of a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.rules import (
    AllOf,
    AnyOf,
    Condition,
    Includes,
    Is,
    Not,
    NotEmpty,
    OneOf,
    Passed,
    Present,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts are read from.

    A fact is the column of its name under `alias`, unless `columns` says otherwise.
    `texts` are the facts that are text, whose empty text is unanswered; `filled` is the SQL
    of whether a list has entries, where the list is no array.
    """

    alias: str
    texts: frozenset[str]
    columns: Mapping[str, str] = field(default_factory=dict)
    filled: Mapping[str, str] = field(default_factory=dict)

    def column(self, path: str) -> str:
        """Return the SQL of a fact."""
        return self.columns.get(path, f"{self.alias}.{path}")


def predicate(condition: Condition, source: Source, today: str) -> str:
    """Return the predicate of a condition; `today` is the SQL of the day."""
    match condition:
        case AllOf(conditions):
            return _joined(" AND ", conditions, source, today)
        case AnyOf(conditions):
            return _joined(" OR ", conditions, source, today)
        case Not(negated):
            return f"NOT {predicate(negated, source, today)}"
        case _:
            return f"({_leaf(condition, source, today)})"


def _joined(word: str, conditions: tuple[Condition, ...], source: Source, today: str) -> str:
    return f"({word.join(predicate(condition, source, today) for condition in conditions)})"


def _leaf(condition: Condition, source: Source, today: str) -> str:
    sql = "true"
    match condition:
        case Present(path) if path in source.texts:
            sql = f"({source.column(path)} <> '') IS TRUE"
        case Present(path):
            sql = f"{source.column(path)} IS NOT NULL"
        case NotEmpty(path):
            sql = source.filled.get(path) or f"cardinality({source.column(path)}) > 0"
        case Is(path, bool(value)):
            sql = f"{source.column(path)} IS {str(value).upper()}"
        case Is(path, value):
            sql = f"({source.column(path)} = '{value}') IS TRUE"
        case OneOf(path, values):
            literals = ", ".join(f"'{value}'" for value in values)
            sql = f"({source.column(path)} IN ({literals})) IS TRUE"
        case Includes(path, value):
            sql = f"('{value}' = ANY ({source.column(path)})) IS TRUE"
        case Passed(path):
            sql = f"({source.column(path)} < {today}) IS TRUE"
    return sql
