"""Completions read many at a time, column by column, to find those that are beyond doubt.

Read one by one, a completion is asked some twenty questions. Here each question is asked of
a column, and of equal values once: the fields are read by the same readers. A completion
that is left out is not refused: it is in doubt, and is judged alone, in the words of the
rules. Whatever could make the order of two completions matter is in doubt as well.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from app.core.fields.columns import ColumnReader
from app.learners.completion_schemas import MOST_BOARD_CREDITS, BoardCredit, CompletionContent
from app.reference.boards import Board

Document = Mapping[str, Any]

_LIST: Final = "board_credits"
_SCALARS: Final = tuple(name for name in CompletionContent.model_fields if name != _LIST)
_MEMBERS: Final = frozenset(CompletionContent.model_fields)
_OF_AN_ENTRY: Final = tuple(BoardCredit.model_fields)


@dataclass(slots=True)
class Columns:
    """Completions, each field of them in a list; `sure` are the places of those to rely on.

    `days` are the boards, with the learner's id there, that take the completion for the
    learner's only one of the day. `strange` are members that no completion has.
    """

    fields: dict[str, list[Any]]
    days: list[tuple[str, str] | None]
    sure: list[int]
    strange: set[str]


class CompletionReader:
    """Reads the content of completions, a few thousand at a time."""

    def __init__(self, boards: Mapping[str, Board]) -> None:
        self._once_a_day = {code for code, board in boards.items() if board.one_completion_a_day}
        self._scalars = {name: ColumnReader(CompletionContent, name) for name in _SCALARS}
        self._entries = {name: ColumnReader(BoardCredit, name) for name in _OF_AN_ENTRY}

    def read(self, parts: Iterable[Sequence[Document]], beside: frozenset[str]) -> Columns:
        """Read completions; members named in `beside` may stand there and are not looked at.

        They come some hundred at a time. So few stay in the processor's cache from their
        being parsed to their being let go, which takes two thirds of the time.
        """
        columns = Columns({name: [] for name in CompletionContent.model_fields}, [], [], set())
        a_day_in_doubt = False
        for documents in parts:
            a_day_in_doubt |= self._add(documents, columns, beside)
        doubtful = set(_alike(columns.fields["credit_id"]))
        a_day_in_doubt |= any(map(columns.fields[_LIST].__getitem__, doubtful))
        doubtful.update(_contested(columns, one_in_doubt=a_day_in_doubt))
        if doubtful:
            columns.sure = [place for place in columns.sure if place not in doubtful]
        return columns

    def _add(self, documents: Sequence[Document], columns: Columns, beside: frozenset[str]) -> bool:
        """Read more of them; tell whether one that is in doubt may claim a day."""
        doubtful: set[int] = set()
        said = frozenset().union(*documents)
        known = _MEMBERS | beside
        if not said <= known:
            columns.strange.update(said - known)
            doubtful.update(_places(not document.keys() <= known for document in documents))
        for name, reader in self._scalars.items():
            if name in said:
                column, refused = reader.read(_column(documents, name))
                doubtful.update(refused)
            else:
                # Nobody says it: it is read once, as null.
                (read,), refused = reader.read([None])
                column = [read] * len(documents)
                doubtful.update(range(len(documents)) if refused else ())
            columns.fields[name] += column
            if name == "credit_id" and None in column:
                doubtful.update(_places(one is None for one in column))
        sent = _column(documents, _LIST)
        entries = self._board_credits(sent, doubtful)
        columns.fields[_LIST] += entries
        before = len(columns.days)
        columns.days += self._days(entries, doubtful)
        columns.sure += (before + at for at in range(len(documents)) if at not in doubtful)
        return any(sent[at] for at in doubtful)

    def _board_credits(self, sent: Sequence[Any], doubtful: set[int]) -> list[Any]:
        """Return the entries of each completion; where they cannot be read, there is doubt."""
        nothing: list[Document] = []
        read = [nothing] * len(sent)
        places: list[int] = []
        entries: list[Document] = []
        for place, value in enumerate(sent):
            if value is None:
                continue
            if not _is_list_of_entries(value):
                doubtful.add(place)
                continue
            places += [place] * len(value)
            entries += value
        columns = []
        for name, reader in self._entries.items():
            column, refused = reader.read([entry[name] for entry in entries])
            columns.append(column)
            doubtful.update(places[position] for position in refused)
        for place, *values in zip(places, *columns, strict=True):
            read[place] = [*read[place], dict(zip(_OF_AN_ENTRY, values, strict=True))]
        return read

    def _days(
        self, board_credits: Sequence[Sequence[Document]], doubtful: set[int]
    ) -> list[tuple[str, str] | None]:
        days: list[tuple[str, str] | None] = [None] * len(board_credits)
        for place, entries in enumerate(board_credits):
            if not entries:
                continue
            found = {
                (entry["board"], entry["board_learner_id"])
                for entry in entries
                if entry["board"] in self._once_a_day
            }
            if len(found) > 1:
                doubtful.add(place)
            elif found:
                (days[place],) = found
        return days


def _contested(columns: Columns, *, one_in_doubt: bool) -> list[int]:
    """Return the places whose days others claim as well, or one in doubt might claim first."""
    with_days = [place for place, day in enumerate(columns.days) if day is not None]
    if one_in_doubt or not with_days:
        return with_days
    completed_on = columns.fields["completed_on"]
    claims = [(columns.days[place], completed_on[place]) for place in with_days]
    return [with_days[position] for position in _alike(claims)]


def _column(documents: Sequence[Document], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), documents))
    except KeyError:
        return [document.get(name) for document in documents]


def _is_list_of_entries(value: Any) -> bool:
    return (
        type(value) is list
        and len(value) <= MOST_BOARD_CREDITS
        and all(type(entry) is dict and entry.keys() == _ENTRY_MEMBERS for entry in value)
    )


_ENTRY_MEMBERS: Final = frozenset(_OF_AN_ENTRY)


def _places(conditions: Iterable[bool]) -> list[int]:
    return [place for place, holds in enumerate(conditions) if holds]


def _alike(values: Sequence[Any]) -> list[int]:
    """Return the places of values that are there more than once; null is no value."""
    if len(set(values)) == len(values):
        return []
    number = Counter(values)
    return _places(value is not None and number[value] > 1 for value in values)
