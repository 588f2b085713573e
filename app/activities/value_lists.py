"""The lists of values that the fields of an activity may take."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from app.activities.formats import FORMAT_OF_LEGACY_CODE
from app.activities.lifecycle import Status
from app.activities.schemas import (
    DeliveryMethod,
    Fee,
    InKindNature,
    Measure,
    MeasureKind,
    Providership,
    Registration,
)
from app.reference.lists import Entry, ValueList, named

STATUS_MEANINGS: Final = {
    Status.DRAFT: "Something that Active needs is missing.",
    Status.ACTIVE: "Everything Active needs is there, and the end date is today or later.",
    Status.READY_TO_CLOSE: "Everything Active needs is there, and the end date is in the past.",
    Status.CLOSED: "Somebody closed it, and it met everything Closed needs at that moment.",
}


def _list_of(name: str, title: str, choice: Any, names: Mapping[str, str]) -> ValueList:
    """Return the list of a field's choices.

    Raises ValueError at import when a choice of the schema has no name here, or a name
    no choice, so that what is listed is what is accepted.
    """
    if set(names) != set(get_args(choice)):
        message = f"the list {name} differs from the schema: {set(names) ^ set(get_args(choice))}"
        raise ValueError(message)
    entries = named(names)
    return ValueList(name, title, lambda: entries)


def _statuses() -> tuple[Entry, ...]:
    return tuple(
        Entry(status.value, status.label, meaning) for status, meaning in STATUS_MEANINGS.items()
    )


def _legacy_formats() -> tuple[Entry, ...]:
    return tuple(
        Entry(code, activity_format.name, activity_format.code)
        for code, activity_format in FORMAT_OF_LEGACY_CODE.items()
    )


ACTIVITY_LISTS: Final = (
    ValueList("statuses", "Statuses of an activity", _statuses),
    ValueList(
        "legacy-formats", "Older codes of formats, with the format as description", _legacy_formats
    ),
    _list_of(
        "delivery-methods",
        "Delivery methods",
        DeliveryMethod,
        {
            "in_person": "In person",
            "live_streamed": "Live-streamed",
            "online": "Online",
            "print_other": "Print or other",
        },
    ),
    _list_of(
        "fees",
        "Whether learners pay",
        Fee,
        {"yes": "Yes, there is a fee", "free": "No, it is free", "variable": "It varies"},
    ),
    _list_of(
        "registrations",
        "Who may register",
        Registration,
        {"open": "Open to all", "limited": "Limited"},
    ),
    _list_of(
        "providerships",
        "Providership",
        Providership,
        {
            "direct": "Directly provided, also by two accredited providers together",
            "joint": "Jointly provided with a non-accredited entity",
        },
    ),
    _list_of(
        "outcome-measures",
        "What an activity is measured to change",
        Measure,
        {
            "learner_knowledge": "Learner knowledge",
            "learner_competence": "Learner competence",
            "learner_performance": "Learner performance",
            "patient_health": "Patient health",
            "community_health": "Community health",
        },
    ),
    _list_of(
        "outcome-measure-kinds",
        "How an outcome is measured",
        MeasureKind,
        {"objective": "Objective", "subjective": "Subjective"},
    ),
    _list_of(
        "in-kind-natures",
        "What in-kind support consists of",
        InKindNature,
        {
            "durable_equipment": "Durable equipment",
            "facilities_space": "Facilities or space",
            "disposable_supplies": "Disposable supplies",
            "animal_parts": "Animal parts or tissue",
            "human_parts": "Human parts or tissue",
            "other": "Other",
        },
    ),
)
