"""Ways through a JSON document: where a value stands, and the document without it."""

from collections.abc import Collection
from typing import Any

Steps = tuple[str | int, ...]


class Places:
    """The order in which values stand in a document; what is absent stands last in its object."""

    def __init__(self, document: object) -> None:
        self._document = document
        self._members: dict[int, dict[str, int]] = {}

    def of(self, steps: Steps) -> list[int]:
        """Return a sort key for the value at these steps."""
        place: list[int] = []
        value = self._document
        for step in steps:
            if isinstance(value, dict):
                places = self._places_in(value)
                place.append(places.get(str(step), len(places)))
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int):
                place.append(step)
                value = value[step] if step < len(value) else None
            else:
                break
        return place

    def _places_in(self, members: dict[str, Any]) -> dict[str, int]:
        # Remembered, so that an object of 100,000 wrong members is not counted 100,000 times.
        known = self._members.get(id(members))
        if known is None:
            known = {name: place for place, name in enumerate(members)}
            self._members[id(members)] = known
        return known


def without(
    document: dict[str, Any], removed: Collection[Steps], blanked: Collection[Steps]
) -> dict[str, Any]:
    """Return a copy that lacks the removed members and says null at the blanked places."""
    copy: dict[str, Any] = _copy(document)
    for steps in removed:
        parent = _follow(copy, steps[:-1])
        if parent is not None:
            parent.pop(steps[-1], None)
    # The deepest first: what stands above a blank may be blanked as well.
    for steps in sorted(blanked, key=len, reverse=True):
        parent = _follow(copy, steps[:-1])
        if parent is not None:
            parent[steps[-1]] = None
    return copy


def _follow(document: Any, steps: Steps) -> Any:
    """Return the object or list that these steps lead to, or None where there is none."""
    for step in steps:
        document = document[step]
        if not isinstance(document, dict | list):
            return None
    return document


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copy(element) for element in value]
    return value
