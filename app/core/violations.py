"""From what pydantic found to our codes and words."""

import re
from collections.abc import Callable, Iterable
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from app.core import text
from app.core.errors import CATALOGUE, ErrorCode, Violation, declare
from app.core.fields.base import FIELD_TYPE, json_type
from app.core.fields.numbers import NUMBER_STEP, NUMBER_TOO_LARGE, NUMBER_TOO_SMALL
from app.core.json_pointer import pointer_to
from app.core.nearest import nearest

FIELD_UNKNOWN = declare(
    "field.unknown",
    422,
    "The field is not known",
    "Use the nearest known name in `did_you_mean`, or leave the field out.",
)
FIELD_REQUIRED = declare(
    "field.required",
    422,
    "A field is missing",
    "Send the field that the pointer names.",
)
FIELD_ENUM = declare(
    "field.enum",
    422,
    "The value is not in the list of allowed values",
    "Send one of the values that the message lists; `did_you_mean` names the nearest.",
)
FIELD_INVALID = declare(
    "field.invalid",
    422,
    "The value is not valid",
    "Send a value as the schema of the field describes it.",
)
LIST_TOO_LONG = declare(
    "list.too_long",
    422,
    "The list is too long",
    "Send at most as many entries as the message says.",
)
LIST_TOO_SHORT = declare(
    "list.too_short",
    422,
    "The list is too short",
    "Send at least as many entries as the message says.",
)

# JSON readers in browsers keep integers up to here.
_LARGEST_SHOWN: Final = 2**53
_DIGITS: Final = re.compile(r"\^\[0-9\]\{([0-9]+)\}\$")
_TYPE_WORDS: Final = {
    "bool": "True or false",
    "dict": "An object",
    "float": "A number",
    "int": "A whole number",
    "list": "A list",
    "model": "An object",
    "string": "Text",
}


def violation_from(error: ErrorDetails, model: type[BaseModel]) -> Violation:
    """Return what is wrong in our code and words."""
    code = CATALOGUE.get(error["type"])
    if code is not None:
        return _violation(error, code, error["msg"])
    return _TRANSLATIONS.get(error["type"], _other)(error, model)


def _violation(
    error: ErrorDetails, kind: ErrorCode, message: str, did_you_mean: Iterable[str] = ()
) -> Violation:
    value = None if kind is FIELD_REQUIRED else shown(error["input"])
    return Violation(kind, pointer_to(error["loc"]), message, value, tuple(did_you_mean))


def in_order_of(model: type[BaseModel]) -> Callable[[Violation], tuple[int, int]]:
    """Return a key that sorts violations as the fields of a model stand; others come last."""
    places = {name: place for place, name in enumerate(model.model_fields)}

    def place_of(violation: Violation) -> tuple[int, int]:
        name, *entry = violation.pointer.removeprefix("/").split("/")
        number = int(entry[0]) if entry and entry[0].isdecimal() else -1
        return places.get(name, len(places)), number

    return place_of


def shown(value: Any) -> Any:
    """Return what of a value is repeated in a problem: scalars, and not too long."""
    if isinstance(value, str):
        return value if len(value) <= text.SHOWN else f"{value[: text.SHOWN]}…"
    if isinstance(value, int) and abs(value) > _LARGEST_SHOWN:
        return shown(str(value))
    return value if isinstance(value, bool | int | float) else None


def _unknown(error: ErrorDetails, model: type[BaseModel]) -> Violation:
    name = str(error["loc"][-1])
    near = nearest(name, _names_beside(model, error["loc"]))
    hint = f"; did you mean {near[0]}?" if near else "."
    return _violation(error, FIELD_UNKNOWN, f"{shown(name)} is no field here{hint}", near)


def _required(error: ErrorDetails, _model: type[BaseModel]) -> Violation:
    return _violation(error, FIELD_REQUIRED, f"{error['loc'][-1]} is needed here.")


def _enum(error: ErrorDetails, _model: type[BaseModel]) -> Violation:
    values = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    value = error["input"]
    if not isinstance(value, str):
        message = f"Text is needed here, not {json_type(value)}: one of {', '.join(values)}."
        return _violation(error, FIELD_TYPE, message)
    message = f"{shown(value)} is not one of {', '.join(values)}."
    return _violation(error, FIELD_ENUM, message, nearest(value, values))


def _type(error: ErrorDetails, _model: type[BaseModel]) -> Violation:
    expected = _TYPE_WORDS.get(error["type"].partition("_")[0], "Another type")
    message = f"{expected} is needed here, not {json_type(error['input'])}."
    return _violation(error, FIELD_TYPE, message)


def _pattern(error: ErrorDetails, _model: type[BaseModel]) -> Violation:
    pattern = error["ctx"]["pattern"]
    digits = _DIGITS.fullmatch(pattern)
    message = f"{digits[1]} digits are needed here." if digits else f"This is not {pattern}."
    return _violation(error, FIELD_INVALID, message)


def _other(error: ErrorDetails, model: type[BaseModel]) -> Violation:
    if error["type"].endswith("_type"):
        return _type(error, model)
    return _violation(error, FIELD_INVALID, f"{error['msg']}.")


def _limit(
    kind: ErrorCode, name: str, words: str, of_one: str = ""
) -> Callable[[ErrorDetails, type[BaseModel]], Violation]:
    """Return the translation of an error that carries a limit of this name."""

    def translated(error: ErrorDetails, _model: type[BaseModel]) -> Violation:
        limit = error["ctx"][name]
        return _violation(error, kind, of_one if of_one and limit == 1 else words.format(limit))

    return translated


_TRANSLATIONS: Final[dict[str, Callable[[ErrorDetails, type[BaseModel]], Violation]]] = {
    "extra_forbidden": _unknown,
    "missing": _required,
    "literal_error": _enum,
    "enum": _enum,
    "int_from_float": _type,
    "greater_than": _limit(NUMBER_TOO_SMALL, "gt", "The number must be more than {}."),
    "greater_than_equal": _limit(NUMBER_TOO_SMALL, "ge", "The number is at least {}."),
    "less_than": _limit(NUMBER_TOO_LARGE, "lt", "The number must be less than {}."),
    "less_than_equal": _limit(NUMBER_TOO_LARGE, "le", "The number is at most {}."),
    "multiple_of": _limit(NUMBER_STEP, "multiple_of", "The number goes in steps of {}."),
    "too_long": _limit(LIST_TOO_LONG, "max_length", "At most {} entries are allowed here."),
    "too_short": _limit(
        LIST_TOO_SHORT,
        "min_length",
        "At least {} entries are needed here.",
        "At least one entry is needed here.",
    ),
    "string_too_long": _limit(text.TOO_LONG, "max_length", "At most {} characters are allowed."),
    "string_pattern_mismatch": _pattern,
    "string_too_short": _limit(
        text.EMPTY,
        "min_length",
        "At least {} characters are needed.",
        "At least one character is needed.",
    ),
}


def _names_beside(model: type[BaseModel], steps: tuple[str | int, ...]) -> list[str]:
    """Return the names of the fields of the object that the last step is in."""
    annotation: Any = model
    for step in steps[:-1]:
        inner = _inner_type(annotation)
        if isinstance(step, int):
            annotation = get_args(inner)[0]
        else:
            annotation = _fields(inner)[step].annotation
    return list(_fields(_inner_type(annotation)))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _inner_type(annotation: Any) -> Any:
    """Return the model or list behind `Annotated` and `| None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _inner_type(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _inner_type(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation
