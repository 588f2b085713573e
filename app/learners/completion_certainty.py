"""Which completions, of many that were read together, the terms of their activities allow.

The rules themselves are asked, once for every different answer that they look at together.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

from app.learners.completion_columns import Columns
from app.learners.completion_rules import completion_violations
from app.learners.completion_schemas import CompletionContent
from app.learners.completion_terms import ActivityTerms

_NOTHING_SAID: Final[Mapping[str, Any]] = {
    **dict.fromkeys(CompletionContent.model_fields),
    "board_credits": [],
}


def allowed(
    columns: Columns, activities: Sequence[str], terms: Mapping[str, ActivityTerms]
) -> list[int]:
    """Return the places, of those that are sure, which violate no rule.

    `activities` names the activity of every place; those without terms are left out.
    """
    fields, of = columns.fields, activities
    days, amounts = fields["completed_on"], fields["credits"]
    states, licences = fields["license_state"], fields["license_id"]
    entries = fields["board_credits"]
    places = [place for place in columns.sure if of[place] in terms]
    any_terms = next(iter(terms.values()), None)
    if any_terms is None:
        return []

    def day_is_wrong(asked: tuple[str, Any]) -> bool:
        activity, day = asked
        return _violates({"completed_on": str(day)}, terms[activity])

    def amount_is_wrong(asked: tuple[str, Any]) -> bool:
        activity, amount = asked
        return _violates({"credits": amount}, terms[activity])

    def licence_is_wrong(asked: tuple[str | None, bool]) -> bool:
        state, has_number = asked
        number = "-" if has_number else None
        return _violates({"license_state": state, "license_id": number}, any_terms)

    def board_credits_are_wrong(asked: tuple[Any, ...]) -> bool:
        activity, *credited = asked
        return _violates({"board_credits": [dict(entry) for entry in credited]}, terms[activity])

    said = zip(map(of.__getitem__, places), map(days.__getitem__, places), strict=True)
    places = _right(places, said, day_is_wrong)
    said = zip(map(of.__getitem__, places), map(amounts.__getitem__, places), strict=True)
    places = _right(places, said, amount_is_wrong)
    places = _right(
        places, ((states[place], licences[place] is not None) for place in places), licence_is_wrong
    )
    credited = [place for place in places if entries[place]]
    right = _right(
        credited,
        ((of[place], *map(_without_learner, entries[place])) for place in credited),
        board_credits_are_wrong,
    )
    if len(right) == len(credited):
        return places
    wrong = set(credited).difference(right)
    return [place for place in places if place not in wrong]


def _right(places: list[int], said: Iterable[Any], is_wrong: Callable[[Any], bool]) -> list[int]:
    """Return the places that say what is right; the same is judged once."""
    answers: list[Hashable] = list(said)
    wrong = {answer for answer in set(answers) if is_wrong(answer)}
    if not wrong:
        return places
    return [place for place, answer in zip(places, answers, strict=True) if answer not in wrong]


def _without_learner(entry: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(item for item in entry.items() if item[0] != "board_learner_id")


def _violates(said: dict[str, Any], terms: ActivityTerms) -> bool:
    return any(True for _ in completion_violations({**_NOTHING_SAID, **said}, terms))
