"""The countries of ISO 3166-1, known by their three letters.

Importing pycountry takes some 0.07 s, which no command line call that knows no country
should pay: the list is built when it is first asked for.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from app.reference.near import nearest_codes

# What people write for a country without meaning its code or its name in the standard.
ALSO_WRITTEN: Final = {
    "UK": "GBR",
    "Great Britain": "GBR",
    "America": "USA",
    "United States of America": "USA",
    "U.S.": "USA",
    "U.S.A.": "USA",
}


@cache
def country_names() -> Mapping[str, str]:
    """Return the name of every country by its three-letter code, in order of the codes."""
    import pycountry  # noqa: PLC0415 - see the head of this file.

    countries = sorted(pycountry.countries, key=lambda country: country.alpha_3)
    return MappingProxyType(
        {country.alpha_3: getattr(country, "common_name", country.name) for country in countries}
    )


def is_country(code: str) -> bool:
    """Say whether this is the three-letter code of a country, in capitals."""
    return code in country_names()


def nearest(value: str) -> tuple[str, ...]:
    """Return the codes that may have been meant: `US` and `United States` give `USA`."""
    return nearest_codes(value, _codes_by_name())


@cache
def _codes_by_name() -> Mapping[str, str]:
    import pycountry  # noqa: PLC0415 - see the head of this file.

    members = ("alpha_3", "alpha_2", "name", "common_name", "official_name")
    return ALSO_WRITTEN | {
        getattr(country, member): country.alpha_3
        for country in pycountry.countries
        for member in members
        if hasattr(country, member)
    }
