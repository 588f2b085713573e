"""Entering many completions at once: what is there already is told apart in the same statement.

They travel as columns, each of them one text that PostgreSQL takes apart again: neither JSON
nor lists of values are as fast on both sides, and COPY does not go into a table with row-level
security. The characters that separate values stand in no text of a completion.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson

from app.core.connections import Driver
from app.learners.completion_columns import Columns
from app.learners.completion_statements import CONTENT_COLUMNS

_BETWEEN: Final = "\x1f"
_NULL: Final = "\x1e"
_SENT: Final = ("activity_id", *CONTENT_COLUMNS, "day_board", "day_learner")
_KINDS: Final = {
    "completed_on": "date",
    "credits": "numeric",
    "board_credits": "jsonb",
}
# The parameters before the columns.
_BEFORE: Final = 4


def _names(prefix: str = "") -> str:
    return ", ".join(f"{prefix}{column}" for column in CONTENT_COLUMNS)


_READ: Final = ", ".join(f"{column}::{_KINDS.get(column, 'text')} AS {column}" for column in _SENT)
_TEXTS: Final = ", ".join(
    f"string_to_array(${number}, chr({ord(_BETWEEN)}), chr({ord(_NULL)}))"
    for number, _ in enumerate(_SENT, _BEFORE + 1)
)
_SAME: Final = " AND ".join(
    f"c.{column} IS NOT DISTINCT FROM sent.{column}" for column in ("activity_id", *CONTENT_COLUMNS)
)

# $1 provider; $2 actor kind, $3 credential, $4 request id; from $5 on a text for each column.
# What is there is looked up row by row: a plan that is made anew for the size of the table
# may read all of it.
_ENTER: Final = f"""
WITH judged AS MATERIALIZED (
    SELECT sent.*, known.same, CASE
        WHEN known.same IS NOT NULL THEN known.completion_id
        WHEN taken.completion_id IS NULL THEN nextval('completion_numbers')::text
    END AS completion_id
    FROM (
        SELECT place, {_READ}
        FROM unnest({_TEXTS}) WITH ORDINALITY AS texts ({", ".join(_SENT)}, place)
    ) sent
    LEFT JOIN LATERAL (
        SELECT c.completion_id, {_SAME} AS same FROM learner_completions c
        WHERE c.provider_id = $1 AND c.credit_id = sent.credit_id
        LIMIT 1
    ) known ON true
    LEFT JOIN LATERAL (
        SELECT d.completion_id FROM learner_board_days d
        WHERE d.provider_id = $1 AND d.activity_id = sent.activity_id
            AND d.board = sent.day_board AND d.board_learner_id = sent.day_learner
            AND d.completed_on = sent.completed_on
        LIMIT 1
    ) taken ON true
), entered AS (
    INSERT INTO learner_completions (provider_id, completion_id, activity_id, {_names()},
        actor_kind, credential_id, request_id)
    SELECT $1, j.completion_id, j.activity_id, {_names("j.")}, $2, $3, $4
    FROM judged j WHERE j.same IS NULL AND j.completion_id IS NOT NULL
    ORDER BY j.credit_id
), days AS (
    INSERT INTO learner_board_days
        (provider_id, activity_id, board, board_learner_id, completed_on, completion_id)
    SELECT $1, j.activity_id, j.day_board, j.day_learner, j.completed_on, j.completion_id
    FROM judged j
    WHERE j.same IS NULL AND j.completion_id IS NOT NULL AND j.day_board IS NOT NULL
    ORDER BY j.day_board, j.day_learner, j.completed_on
)
SELECT array_agg(completion_id ORDER BY place), array_agg(same ORDER BY place) FROM judged
"""  # noqa: S608 - own text


class Entered(NamedTuple):
    """What became of completions: their places, their ids, and whether they say the same.

    The last is None where a completion was not there before. Without an id it was not
    entered, because its day is taken.
    """

    places: Sequence[int]
    completion_ids: list[str | None]
    same: list[bool | None]


async def enter(
    driver: Driver,
    writer: tuple[str, str, str, str | None],
    columns: Columns,
    activities: Sequence[str],
    places: Sequence[int],
) -> Entered:
    """Enter the completions in these places that are new; tell what the others are.

    `writer` is the provider and who writes for it: kind, credential, request. `activities`
    names the activity of every place. Raises a constraint's error when another
    call has entered one of them at the same moment.
    """
    if not places:
        return Entered([], [], [])
    days = columns.days
    everything = (
        activities,
        *(columns.fields[name] for name in CONTENT_COLUMNS),
        [None if day is None else day[0] for day in days],
        [None if day is None else day[1] for day in days],
    )
    if len(places) < len(activities):
        everything = tuple([column[place] for place in places] for column in everything)
    ((ids, same),) = await driver.fetch(_ENTER, *writer, *map(_text, everything))
    return Entered(places, ids, same)


def _text(values: Sequence[Any]) -> str | None:
    """Return values as one text, or None where all of them are null."""
    kinds = set(map(type, values))
    if kinds == {type(None)}:
        return None
    if list in kinds:
        values = [orjson.dumps(value).decode() if value else "[]" for value in values]
    elif kinds != {str}:
        words = {value: _NULL if value is None else str(value) for value in set(values)}
        values = list(map(words.__getitem__, values))
    text = _BETWEEN.join(values)
    if text.count(_BETWEEN) != len(values) - 1:
        message = "a value contains the character that separates values"
        raise ValueError(message)
    return text
