"""Which completions, of many that were read together, the terms of their activities allow.

The rules themselves are asked, once for every different answer that they look at together.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from app.learners.completion_columns import Columns
from app.learners.completion_rules import (
    amount_violations,
    board_violations,
    day_violations,
    licence_violations,
)
from app.learners.completion_terms import ActivityTerms

Terms: TypeAlias = Mapping[Any, ActivityTerms]


def allowed(
    columns: Columns, activities: Sequence[str], terms: Mapping[str, ActivityTerms]
) -> list[int]:
    """Return the places, of those that are sure, which violate no rule.

    `activities` names the activity of every place; those without terms are left out.
    """
    places = [place for place in columns.sure if activities[place] in terms]
    doubtful: set[int] = set()
    for is_wrong, answers in zip(_JUDGES, _answers(columns, activities, places), strict=True):
        wrong = {answer for answer in set(answers) if is_wrong(answer, terms)}
        if wrong:
            said = zip(places, answers, strict=True)
            doubtful.update(place for place, answer in said if answer in wrong)
    return [place for place in places if place not in doubtful]


class Questions:
    """What the rules have to be asked about many completions, put together ahead.

    The activities are under the names that the completions have for them.
    """

    def __init__(self, columns: Columns, names: Sequence[Hashable]) -> None:
        self.names: set[Any] = {names[place] for place in columns.sure}
        different = _different(columns, names)
        self._answers = [set(one) for one in _answers(columns, names, different)]

    def allowed(self, ids: Mapping[Any, str], terms: Mapping[str, ActivityTerms]) -> bool:
        """Tell whether all of the activities are there, and their terms allow everything."""
        found = {name: terms[ids[name]] for name in self.names if ids.get(name, "") in terms}
        return len(found) == len(self.names) and not any(
            is_wrong(answer, found)
            for is_wrong, answers in zip(_JUDGES, self._answers, strict=True)
            for answer in answers
        )


def _different(columns: Columns, names: Sequence[Hashable]) -> list[int]:
    """Return places, of those that are sure, whose answers are those of all of them."""
    fields, sure = columns.fields, columns.sure
    licences, entries = fields["license_id"], fields["board_credits"]
    licensed = [number is not None for number in licences]
    said = (names, fields["completed_on"], fields["credits"], fields["license_state"], licensed)
    answers = zip(*said, strict=True)
    if len(sure) < len(names):
        answers = zip(*([column[place] for place in sure] for column in said), strict=True)
    alike = dict(zip(answers, sure, strict=True))
    return [*alike.values(), *(place for place in sure if entries[place])]


def _answers(
    columns: Columns, activities: Sequence[Hashable], places: Sequence[int]
) -> Iterator[list[Hashable]]:
    """Give what completions say, in the parts that one rule looks at together."""
    fields = columns.fields
    states, licences = fields["license_state"], fields["license_id"]
    entries = fields["board_credits"]
    of = [activities[place] for place in places]
    yield list(zip(of, map(fields["completed_on"].__getitem__, places), strict=True))
    yield list(zip(of, map(fields["credits"].__getitem__, places), strict=True))
    yield [(states[place], licences[place] is not None) for place in places]
    yield [
        (activity, *map(_without_learner, entries[place])) if entries[place] else _NO_ENTRIES
        for activity, place in zip(of, places, strict=True)
    ]


def _day_is_wrong(asked: Any, terms: Terms) -> bool:
    activity, day = asked
    return any(True for _ in day_violations(day, terms[activity]))


def _amount_is_wrong(asked: Any, terms: Terms) -> bool:
    activity, amount = asked
    return any(True for _ in amount_violations(amount, terms[activity]))


def _licence_is_wrong(asked: Any, _: Terms) -> bool:
    state, has_number = asked
    return any(True for _ in licence_violations(state, "-" if has_number else None))


def _board_credits_are_wrong(asked: Any, terms: Terms) -> bool:
    if asked is _NO_ENTRIES:
        return False
    activity, *credited = asked
    return any(True for _ in board_violations(list(map(dict, credited)), terms[activity]))


_NO_ENTRIES: Final = ()
_JUDGES: Final = (_day_is_wrong, _amount_is_wrong, _licence_is_wrong, _board_credits_are_wrong)


def _without_learner(entry: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(item for item in entry.items() if item[0] != "board_learner_id")
