"""How the draft names its values, and what they are called here."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from app.activities.formats import FORMAT_OF_LEGACY_CODE, FORMATS

_LETTERS: Final = re.compile(r"[^a-z0-9]+")


def form(words: str) -> str:
    """Return words without case, blanks and signs, so that spellings of one value meet."""
    return _LETTERS.sub("", words.lower())


def translated(value: Any, values: Mapping[str, Any]) -> Any:
    """Return what a value of the draft is here; one that is not known stays as it is."""
    return values.get(form(value), value) if isinstance(value, str) else value


FORMAT_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{form(code): activity_format.code for code, activity_format in FORMATS.items()},
        **{form(known.name): known.code for known in FORMATS.values()},
        **{form(code): known.code for code, known in FORMAT_OF_LEGACY_CODE.items()},
        "course": "live_course",
        "journalcme": "journal_cme",
        "journalbasedcme": "journal_cme",
        "internetlive": "live_course",
        "enduringmaterialinternet": "enduring_material",
        "other": "other_blended",
        "otherblended": "other_blended",
    }
)
DELIVERY_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "inperson": "in_person",
        "livestreamed": "live_streamed",
        "livestream": "live_streamed",
        "online": "online",
        "printother": "print_other",
        "print": "print_other",
    }
)
# The apostrophe in the draft's word for no fee comes in two characters: signs do not count.
FEE_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {"yes": "yes", "no": "free", "noitsfree": "free", "free": "free", "variable": "variable"}
)
REGISTRATION_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {"opentoall": "open", "open": "open", "limited": "limited"}
)
MEASURE_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        form(value): value
        for value in (
            "learner_knowledge",
            "learner_competence",
            "learner_performance",
            "patient_health",
            "community_health",
        )
    }
)
KIND_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {"objective": "objective", "subjective": "subjective"}
)
PROVIDERSHIP_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {"direct": "direct", "joint": "joint"}
)
AMA_CATEGORY_1: Final = form("AMA PRA Category 1")
