"""One field of many records at once: each different value is read one time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Annotated, Any, Final, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from app.core.fields.base import ReadBy

# So many different values of one field are remembered; then it begins anew.
_MOST_KNOWN: Final = 20_000
_SCALARS: Final = frozenset({str, int, float, type(None)})
_TEXT_OR_NULL: Final = frozenset({str, type(None)})


class _NotRead:
    """The only value of `NOT_READ`."""

    def __repr__(self) -> str:
        return "NOT_READ"


NOT_READ: Final = _NotRead()
"""Stands where the field refuses what was sent."""


class ColumnReader:
    """Reads the values of one field of a model, as the model would read each of them."""

    def __init__(self, model: type[BaseModel], name: str) -> None:
        field = model.model_fields[name]
        kind: Any = field.annotation
        for annotation in field.metadata:
            kind = Annotated[kind, annotation]
        self._validate = TypeAdapter(kind).validator.validate_python
        self._are_plain = _plain(field)
        self._known: dict[Any, Any] = {}
        self._reads_null = self._read(None) is None

    def read(self, sent: list[Any]) -> tuple[list[Any], list[int]]:
        """Return what the field makes of each value, and the places where it refuses it.

        NOT_READ stands in those places.
        """
        try:
            if sent and self._are_plain(sent):
                return sent, []
        except TypeError:
            # Not all of them are texts, which could not be put together.
            pass
        kinds = set(map(type, sent))
        if not kinds <= _SCALARS:
            # True is equal to 1, and a list cannot be looked up: neither may pass for another.
            sent = [value if type(value) in _SCALARS else NOT_READ for value in sent]
        different = set(sent)
        if kinds == _TEXT_OR_NULL and self._reads_null and self._are_plain(different - {None}):
            return sent, []
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._learn(different - self._known.keys())
        known = self._known
        refused = {value for value in different if known[value] is NOT_READ}
        places = [place for place, value in enumerate(sent) if value in refused] if refused else []
        return list(map(known.__getitem__, sent)), places

    def _learn(self, new: set[Any]) -> None:
        texts = [value for value in new if type(value) is str]
        if texts and self._are_plain(texts):
            self._known.update(zip(texts, texts, strict=True))
            new.difference_update(texts)
        for value in new:
            self._known[value] = self._read(value)

    def _read(self, value: Any) -> Any:
        if value is NOT_READ:
            return NOT_READ
        try:
            return self._validate(value)
        except ValidationError:
            return NOT_READ


def _plain(field: FieldInfo) -> Callable[[Collection[str]], bool]:
    """Return what tells of many texts that the field reads them as they are."""
    found = [one.plain for one in _readers(field.annotation, field.metadata) if one.plain]
    return found[0] if found else _never


def _readers(annotation: Any, metadata: Sequence[Any]) -> Iterator[ReadBy]:
    for one in (*metadata, *get_args(annotation)):
        if isinstance(one, ReadBy):
            yield one
        else:
            yield from _readers(one, ())


def _never(texts: Collection[str]) -> bool:
    return not texts
