"""The states of the USA with the District of Columbia, the territories and the armed forces.

The codes are those of the postal service; pycountry knows all but the armed forces.
Its list of subdivisions takes some 0.07 s to read, so it is read when first asked for.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from app.reference.near import nearest_codes

ARMED_FORCES: Final = {
    "AA": "Armed Forces Americas",
    "AE": "Armed Forces Europe",
    "AP": "Armed Forces Pacific",
}
# What people write for a state without meaning its code or its name.
ALSO_WRITTEN: Final = {"Washington DC": "DC", "Calif.": "CA", "US Virgin Islands": "VI"}


@cache
def us_state_names() -> Mapping[str, str]:
    """Return the name of every state by its two-letter code, in order of the codes."""
    import pycountry  # noqa: PLC0415 - see the head of this file.

    states = {
        subdivision.code.removeprefix("US-"): subdivision.name
        for subdivision in pycountry.subdivisions
        if subdivision.country_code == "US"
    }
    return MappingProxyType(dict(sorted((states | ARMED_FORCES).items())))


def is_us_state(code: str) -> bool:
    """Say whether this is the two-letter code of a state, in capitals."""
    return code in us_state_names()


def nearest(value: str) -> tuple[str, ...]:
    """Return the codes that may have been meant: `California` and `Calif` give `CA`."""
    return nearest_codes(value, _codes_by_name())


@cache
def _codes_by_name() -> Mapping[str, str]:
    names = us_state_names()
    return (
        ALSO_WRITTEN | {code: code for code in names} | {name: code for code, name in names.items()}
    )
