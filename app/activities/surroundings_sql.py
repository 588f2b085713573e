"""The SQL of what `surroundings.py` reads around the activity in a row.

What others cause is looked up when a record is saved or closed, and not when it is read.
"""

from typing import Final

from app.activities.formats import ENDURING_MATERIAL

# Titles differ when more than one letter in so many does.
LETTERS_PER_DIFFERENCE: Final = 8
# A warning must not make saving slow: no more records of one format and day are compared,
# and no more completions counted.
MOST_COMPARED: Final = 50
MOST_COUNTED: Final = 5000


def stored_around(row: str) -> str:
    """Return the SQL of what is stored around the activity in this row."""
    return f"json_build_object({_stored(row)})"


def found_around(row: str) -> str:
    """Return the SQL of what is stored around the activity, and of what others cause."""
    return f"json_build_object({_stored(row)}, {_alike(row)}, {_completions_above_count(row)})"


def _stored(row: str) -> str:
    return f"""
        'snapshots', CASE WHEN {row}.format = '{ENDURING_MATERIAL}' THEN
            array_to_json(ARRAY(SELECT snapshot FROM (
                SELECT as_of, physicians, others FROM learner_snapshots
                WHERE provider_id = {row}.provider_id AND activity_id = {row}.activity_id
                ORDER BY as_of) snapshot)) END,
        'attestation_text_version', {row}.attestation_text_version,
        'draws_warnings', {row}.warning_codes <> '{{}}'"""  # noqa: S608 - own text


def _alike(row: str) -> str:
    return f"""
        'alike', (
            SELECT json_agg(json_build_object('activity_id', activity_id, 'title', title)
                ORDER BY activity_id)
            {alike_rows(row)})"""


def alike_rows(row: str) -> str:
    """Return the FROM of other records of the same format and day with a near-equal title."""
    return f"""
            FROM (
                SELECT activity_id, title FROM activities
                WHERE provider_id = {row}.provider_id AND format = {row}.format
                    AND start_date = {row}.start_date AND activity_id <> {row}.activity_id
                LIMIT {MOST_COMPARED}) other,
                (SELECT lower(left({row}.title, 255)) AS own_title,
                    length({row}.title) / {LETTERS_PER_DIFFERENCE} AS most) this
            WHERE levenshtein_less_equal(lower(left(title, 255)), own_title, most) <= most"""  # noqa: S608 - own text


def _completions_above_count(row: str) -> str:
    return f"""
        'completions_above_count', {completions_above_count(row)}"""


def completions_above_count(row: str) -> str:
    """Return whether the learners reported one by one are more than the counted physicians."""
    # The order has every completion looked up in the index, whatever the statistics say.
    return f"""{row}.physicians <= {MOST_COUNTED} AND EXISTS (
            SELECT 1 FROM learner_completions
            WHERE provider_id = {row}.provider_id AND activity_id = {row}.activity_id
            ORDER BY completion_id OFFSET {row}.physicians)"""  # noqa: S608 - own text
