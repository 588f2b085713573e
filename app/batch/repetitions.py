"""Two records of one batch that are about the same: the second one fails."""

from collections.abc import Iterable

from app.batch.problems import KEY_REPEATED
from app.core.errors import ProblemError


class Seen:
    """What the records of a batch have been about so far, and at which place."""

    def __init__(self) -> None:
        self._places: dict[object, int] = {}

    def enter(self, index: int, names: Iterable[object]) -> None:
        """Keep what a record goes by; raise ProblemError 422 when an earlier one does too."""
        places = [self._places.setdefault(name, index) for name in names if name is not None]
        earlier = [place for place in places if place != index]
        if earlier:
            detail = f"Record {min(earlier)} of the batch is about the same. Nothing was saved."
            raise ProblemError(KEY_REPEATED, detail)
