"""Entering many completions at once: what is there already is told apart in the same statement.

They travel as columns, each of them one text that PostgreSQL takes apart again: neither JSON
nor lists of values are as fast on both sides, and COPY does not go into a table with row-level
security. The characters that separate values stand in no text of a completion.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.auth.access import Access
from app.core.connections import Driver
from app.core.json_text import json_text
from app.learners.completion_columns import Columns
from app.learners.completion_statements import CONTENT_COLUMNS, content_columns

_BETWEEN: Final = "\x1f"
_NULL: Final = "\x1e"
_COLUMNS: Final = (*CONTENT_COLUMNS, "day_board", "day_learner")
_SENT: Final = ("activity_id", *_COLUMNS)
_KINDS: Final = {
    "completed_on": "date",
    "credits": "numeric",
    "board_credits": "jsonb",
}
# The parameters before the columns.
_BEFORE: Final = 4


def _read(column: str) -> str:
    read = f"{column}::{_KINDS.get(column, 'text')}"
    # Most completions have no entries, and PostgreSQL need not read that each time.
    return f"coalesce({read}, '[]')" if column == "board_credits" else read


def _taken_apart(number: int) -> str:
    return f"string_to_array(${number}, chr({ord(_BETWEEN)}), chr({ord(_NULL)}))"


_READ: Final = ", ".join(f"{_read(column)} AS {column}" for column in _SENT)
_TEXTS: Final = ", ".join(_taken_apart(number) for number, _ in enumerate(_SENT, _BEFORE + 1))
_NUMBER_OF: Final = {column: number for number, column in enumerate(_SENT, _BEFORE + 1)}


def _values(column: str, number: int) -> str:
    return f"unnest({_taken_apart(number)}) AS {column}"


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
    INSERT INTO learner_completions (provider_id, completion_id, activity_id, {content_columns()},
        actor_kind, credential_id, request_id)
    SELECT $1, j.completion_id, j.activity_id, {content_columns("j.")}, $2, $3, $4
    FROM judged j WHERE j.same IS NULL AND j.completion_id IS NOT NULL
    ORDER BY j.credit_id COLLATE "C"
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


# $1 provider, $2 credit ids; of those with a day for a board: $3 activities, $4 boards,
# $5 learners there, $6 days.
_ANY_THERE: Final = f"""
SELECT EXISTS (
    SELECT FROM (SELECT {_values("credit_id", 2)}) sent, LATERAL (
        SELECT FROM learner_completions c
        WHERE c.provider_id = $1 AND c.credit_id = sent.credit_id LIMIT 1
    ) known
) OR EXISTS (
    SELECT FROM (
        SELECT {_values("activity_id", 3)}, {_values("board", 4)}, {_values("learner", 5)},
            {_values("day", 6)}
    ) sent, LATERAL (
        SELECT FROM learner_board_days d
        WHERE d.provider_id = $1 AND d.activity_id = sent.activity_id AND d.board = sent.board
            AND d.board_learner_id = sent.learner AND d.completed_on = sent.day::date
        LIMIT 1
    ) taken
)
"""  # noqa: S608 - own text

_READ_ANEW: Final = ", ".join(map(_read, CONTENT_COLUMNS))
_UNNESTED: Final = ", ".join(
    _values(column, _NUMBER_OF[column]) for column in ("activity_id", *CONTENT_COLUMNS)
)
# As _ENTER, where nothing of it is there. The numbers are drawn in the order of the rows.
_ENTER_NEW: Final = f"""
WITH entered AS (
    INSERT INTO learner_completions (provider_id, completion_id, activity_id, {content_columns()},
        actor_kind, credential_id, request_id)
    SELECT $1, nextval('completion_numbers')::text, activity_id, {_READ_ANEW}, $2, $3, $4
    FROM (SELECT {_UNNESTED}) sent
    RETURNING completion_id
)
SELECT string_agg(completion_id, ',') FROM entered
"""  # noqa: S608 - own text

# $1 provider, $2 activities, $3 boards, $4 learners, $5 days, $6 completions
_TAKE_DAYS: Final = f"""
INSERT INTO learner_board_days
    (provider_id, activity_id, board, board_learner_id, completed_on, completion_id)
SELECT $1, activity_id, board, learner, day::date, completion_id
FROM (
    SELECT {_values("activity_id", 2)}, {_values("board", 3)}, {_values("learner", 4)},
        {_values("day", 5)}, {_values("completion_id", 6)}
) sent
ORDER BY board, learner, day::date
"""  # noqa: S608 - own text


class Texts(NamedTuple):
    """Completions as they are sent: their places by their credit ids, and a text for each column.

    What is entered is so in one order always, so that two calls wait once for each other.
    """

    places: list[int]
    columns: list[str | None]


class Placed(NamedTuple):
    """Completions that are stored: their places, and their ids."""

    places: Sequence[int]
    ids: Sequence[str]


class Entered(NamedTuple):
    """What became of completions: those that are new, and those that were there as they are.

    The others were left alone: they are corrections, or their day is taken.
    """

    created: Placed
    unchanged: Placed


_NONE: Final = Placed((), ())


def texts_of(columns: Columns, places: Sequence[int]) -> Texts:
    """Return the completions in these places as they are sent."""
    if not places:
        return Texts([], [])
    ordered = sorted(places, key=columns.fields["credit_id"].__getitem__)
    days = columns.days
    everything = (
        *(columns.fields[name] for name in CONTENT_COLUMNS),
        [None if day is None else day[0] for day in days],
        [None if day is None else day[1] for day in days],
    )
    if ordered == list(range(len(days))):
        return Texts(ordered, list(map(_text, everything)))
    return Texts(ordered, [_text([column[place] for place in ordered]) for column in everything])


class Entering:
    """The entering of the completions of these texts.

    `activities` names the activity of every place. What is entered raises a constraint's error
    when another call has entered one of them at the same moment.
    """

    def __init__(
        self,
        access: Access,
        driver: Driver,
        columns: Columns,
        activities: Sequence[str],
        texts: Texts,
    ) -> None:
        self._driver = driver
        self._writer = (access.provider_id, *access.actor)
        self._texts = texts
        places = texts.places
        self._activities = _text([activities[place] for place in places])
        self._with_days = [position for position, place in enumerate(places) if columns.days[place]]
        self._days = _days(columns, activities, [places[one] for one in self._with_days])

    async def any_there(self) -> bool:
        """Tell whether any of them is there, or its day is taken."""
        credit_ids = self._texts.columns[CONTENT_COLUMNS.index("credit_id")]
        found: bool = await self._driver.fetchval(
            _ANY_THERE, self._writer[0], credit_ids, *self._days
        )
        return found

    async def enter(self) -> Entered:
        """Enter those that are new; tell what the others are."""
        ((ids, same),) = await self._driver.fetch(
            _ENTER, *self._writer, self._activities, *self._texts.columns
        )
        places = self._texts.places
        if False not in same and None not in same:
            return Entered(_NONE, Placed(places, ids))
        found = list(zip(places, ids, same, strict=True))
        created = {place: one for place, one, said in found if said is None and one is not None}
        unchanged = {place: one for place, one, said in found if said}
        return Entered(_placed(created), _placed(unchanged))

    async def enter_as_new(self) -> Entered:
        """Enter them all; raise a constraint's error when one is there, or its day is taken."""
        sent = (self._activities, *self._texts.columns[:-2])
        entered = sorted((await self._driver.fetchval(_ENTER_NEW, *self._writer, *sent)).split(","))
        if self._with_days:
            takers = _text([entered[position] for position in self._with_days])
            await self._driver.execute(_TAKE_DAYS, self._writer[0], *self._days, takers)
        return Entered(Placed(self._texts.places, entered), _NONE)


def _placed(completion_ids: Mapping[int, str]) -> Placed:
    return Placed(list(completion_ids), list(completion_ids.values()))


def _days(
    columns: Columns, activities: Sequence[str], places: Sequence[int]
) -> tuple[str | None, ...]:
    """Return the days that completions take: activities, boards, learners and dates."""
    if not places:
        return None, None, None, None
    taken = [columns.days[place] or ("", "") for place in places]
    return (
        _text([activities[place] for place in places]),
        _text([board for board, _ in taken]),
        _text([learner for _, learner in taken]),
        _text([columns.fields["completed_on"][place] for place in places]),
    )


def _text(values: Sequence[Any]) -> str | None:
    """Return values as one text, or None where all of them are null, or empty lists."""
    try:
        text = _BETWEEN.join(values)
    except TypeError:
        # Not all of them are texts.
        if not any(value is not None and value != [] for value in values):
            return None
        text = _BETWEEN.join(_words(values))
    if text.count(_BETWEEN) != len(values) - 1:
        message = "a value contains the character that separates values"
        raise ValueError(message)
    return text


def _words(values: Sequence[Any]) -> list[str]:
    if type(values[0]) is list:
        return [json_text(value) if value else _NULL for value in values]
    words = {value: _NULL if value is None else str(value) for value in set(values)}
    return list(map(words.__getitem__, values))
