"""Lists of values that a field may take, each with the names that people read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.core.errors import CATALOGUE
from app.reference.countries import country_names
from app.reference.us_states import us_state_names


@dataclass(frozen=True, slots=True)
class Entry:
    """A value: its code as it stands in records, its name, and what it means if that helps."""

    code: str
    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ValueList:
    """A list under its name in the URL. Its entries are read when somebody asks for them."""

    name: str
    title: str
    entries: Callable[[], tuple[Entry, ...]]


def named(names: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return an entry for each code with its name."""
    return tuple(Entry(code, name) for code, name in names.items())


def _error_codes() -> tuple[Entry, ...]:
    return tuple(
        Entry(kind.code, f"{kind.status} {kind.title}", kind.remedy)
        for kind in sorted(CATALOGUE.values(), key=lambda kind: kind.code)
    )


LISTS: Final = (
    ValueList("countries", "Countries (ISO 3166-1)", lambda: named(country_names())),
    ValueList(
        "us-states",
        "States of the USA, with territories and armed forces",
        lambda: named(us_state_names()),
    ),
    ValueList("error-codes", "Codes of errors, with what would be right", _error_codes),
)
