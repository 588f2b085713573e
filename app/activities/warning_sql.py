"""Warnings as SQL: which records of a list draw one.

What the content gives rise to is kept with the record, and found by an index. What others
cause comes and goes without the record, and is looked up for each record that the list
comes by.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from app.activities.formats import ENDURING_MATERIAL
from app.activities.surroundings_sql import alike_rows, completions_above_count
from app.activities.warning_rules import (
    COUNT_FELL,
    LIKELY_DUPLICATE,
    MORE_COMPLETIONS,
    OWN,
    WARNING_RULES,
)


def draws_sql(code: str, provider: str) -> str:
    """Return the predicate of records `a` that draw a warning; `provider` is the SQL of theirs."""
    found_around = _AROUND.get(code)
    return f"'{code}' = ANY (a.warning_codes)" if found_around is None else found_around(provider)


def _has_one_alike(provider: str) -> str:
    # Days with one record of a format are most days, and the index of the keys tells them.
    return f"""(a.format, a.start_date) IN (
            SELECT k.format, k.start_date FROM activities k WHERE k.provider_id = {provider}
            GROUP BY k.format, k.start_date HAVING count(*) > 1)
        AND EXISTS (SELECT {alike_rows("a")})"""  # noqa: S608 - own text


def _has_more_completions(_provider: str) -> str:
    return completions_above_count("a")


def _was_counted_higher(_provider: str) -> str:
    # A count that fell at all fell from one to the next, so any two of them may be compared.
    return f"""a.format = '{ENDURING_MATERIAL}' AND EXISTS (
        SELECT FROM learner_snapshots s LEFT JOIN learner_snapshots later
            ON later.provider_id = s.provider_id AND later.activity_id = s.activity_id
                AND later.as_of > s.as_of
        WHERE s.provider_id = a.provider_id AND s.activity_id = a.activity_id
            AND (s.physicians > a.physicians OR s.physicians > later.physicians
                OR s.others > a.others OR s.others > later.others))"""


_AROUND: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        LIKELY_DUPLICATE: _has_one_alike,
        MORE_COMPLETIONS: _has_more_completions,
        COUNT_FELL: _was_counted_higher,
    }
)

if set(_AROUND) | set(OWN) != set(WARNING_RULES):
    _message = "every warning is kept with the record, or looked up"
    raise TypeError(_message)
