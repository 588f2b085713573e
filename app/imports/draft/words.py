"""Words of the draft that decide what becomes of a row: any other word refuses it.

A member with the wrong word must not pass for one that was left out. A row that says
`Remove` would be saved, and a learner who did not finish would have a completion.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from app.core.errors import MOST_VIOLATIONS, Violation, refuse
from app.core.nearest import nearest
from app.core.violations import FIELD_ENUM, shown
from app.imports.draft.nodes import BOOLEANS, Node, many
from app.imports.draft.values import form

Words: TypeAlias = Mapping[str, Sequence[str]]

OF_ACTIVITIES: Final[Words] = MappingProxyType(
    {
        "/XtensibleInfo/activityRecordAction": ("Add", "Update", "Delete"),
        "/XtensibleInfo/closeActivityRecord": tuple(BOOLEANS),
    }
)
OF_LEARNERS: Final[Words] = MappingProxyType(
    {
        "/Activity/Module/Status": ("Completed",),
        "/Activity/Module/CreditCertificate/CreditReceived/creditUnit": ("Point",),
        "/XtensibleInfo/LearnerRecordAction": ("add", "delete"),
    }
)


def refuse_other_words(node: Node, words: Words) -> None:
    """Raise ProblemError 422 where a member says something and none of its words."""
    found = list(islice(_other_words(node, words), MOST_VIOLATIONS + 1))
    if found:
        raise refuse(found)


def _other_words(node: Node, words: Words) -> Iterator[Violation]:
    for pointer, known in words.items():
        forms = set(map(form, known))
        for said in _said(node, pointer.lower().split("/")[1:]):
            if form(str(said)) not in forms:
                message = f"{shown(said) or 'This'} is not one of {', '.join(known)}."
                near = nearest(str(said), known)
                yield Violation(FIELD_ENUM, pointer, message, shown(said), near)


def _said(node: Node, names: Sequence[str]) -> Iterator[Any]:
    """Return what stands under these names, in every entry of the lists on the way."""
    for entry in many(node):
        if not names:
            yield entry
        elif isinstance(entry, Mapping):
            yield from _said(entry.get(names[0]), names[1:])
