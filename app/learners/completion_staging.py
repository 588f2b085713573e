"""Many completions at once: copied to a table of the session, and saved from there.

PostgreSQL takes no COPY into a table with row-level security, and finds the completions
that are there already, all of them in one walk, from a table. One statement then
tells what is there unchanged, enters what is new, and leaves the rest alone.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from app.core.connections import Driver
from app.learners.completion_schemas import CompletionContent

CONTENT: Final = tuple(CompletionContent.model_fields)
_COLUMNS: Final = ("place", "activity_id", *CONTENT, "day_board", "day_learner")
_KINDS: Final = {
    "place": "integer",
    "completed_on": "date",
    "credits": "double precision",
}
_DECLARED: Final = ", ".join(f"{column} {_KINDS.get(column, 'text')}" for column in _COLUMNS)
# As the columns of the table have it.
_STORED: Final = {
    "credits": "staged.credits::numeric",
    "board_credits": "staged.board_credits::jsonb",
}

_TABLE: Final = "pg_temp.staged_completions"
_CREATE: Final = (
    f"CREATE TEMPORARY TABLE IF NOT EXISTS staged_completions ({_DECLARED}) ON COMMIT DELETE ROWS"
)


def _stored(column: str) -> str:
    return _STORED.get(column, f"staged.{column}")


_SAME: Final = " AND ".join(
    f"c.{column} IS NOT DISTINCT FROM {_stored(column)}" for column in ("activity_id", *CONTENT)
)

# $1 provider; $2 actor kind, $3 credential, $4 request id
_SAVE: Final = f"""
WITH staged AS MATERIALIZED (
    SELECT staged.*, known.same, CASE
        WHEN known.same IS NOT NULL THEN known.completion_id
        WHEN taken.completion_id IS NULL THEN nextval('completion_numbers')::text
    END AS completion_id
    FROM {_TABLE} staged
    LEFT JOIN LATERAL (
        SELECT c.completion_id, {_SAME} AS same FROM learner_completions c
        WHERE c.provider_id = $1 AND c.credit_id = staged.credit_id
        LIMIT 1
    ) known ON true
    LEFT JOIN LATERAL (
        SELECT d.completion_id FROM learner_board_days d
        WHERE d.provider_id = $1 AND d.activity_id = staged.activity_id
            AND d.board = staged.day_board AND d.board_learner_id = staged.day_learner
            AND d.completed_on = staged.completed_on
        LIMIT 1
    ) taken ON true
), entered AS (
    INSERT INTO learner_completions (provider_id, completion_id, activity_id, {", ".join(CONTENT)},
        actor_kind, credential_id, request_id)
    SELECT $1, staged.completion_id, staged.activity_id, {", ".join(map(_stored, CONTENT))},
        $2, $3, $4
    FROM staged WHERE staged.same IS NULL AND staged.completion_id IS NOT NULL
    ORDER BY staged.credit_id
), days AS (
    INSERT INTO learner_board_days
        (provider_id, activity_id, board, board_learner_id, completed_on, completion_id)
    SELECT $1, staged.activity_id, staged.day_board, staged.day_learner, staged.completed_on,
        staged.completion_id
    FROM staged WHERE staged.same IS NULL AND staged.completion_id IS NOT NULL
        AND staged.day_board IS NOT NULL
    ORDER BY staged.day_board, staged.day_learner, staged.completed_on
)
SELECT array_agg(place), array_agg(completion_id), array_agg(same) FROM staged
"""  # noqa: S608 - own text


class Saved(NamedTuple):
    """What became of the staged completions: their places, their ids, whether they say the same.

    The last is None where a completion was not there before. Without an id it was not
    entered, because its day is taken.
    """

    places: list[int]
    completion_ids: list[str | None]
    same: list[bool | None]


async def save_together(
    driver: Driver, provider_id: str, actor: Sequence[str | None], rows: Iterable[Sequence[Any]]
) -> Saved:
    """Enter the completions that are new; tell of each what it was found to be.

    A row is its place, its activity, its content in the order of the fields, and the
    board and learner of its day. Raises a constraint's error when another call
    has entered one of them at the same moment.
    """
    await driver.execute(_CREATE)
    await driver.copy_records_to_table("staged_completions", schema_name="pg_temp", records=rows)
    found = await driver.fetchrow(_SAVE, provider_id, *actor)
    return Saved([], [], []) if found is None or found[0] is None else Saved(*found)
