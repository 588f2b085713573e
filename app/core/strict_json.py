"""JSON as RFC 8259 has it, and nothing that two readers could understand differently."""

import json
from collections import Counter
from typing import Any, Final, NoReturn

from app.core import text
from app.core.errors import ErrorCode, ProblemError, Violation, declare, refuse
from app.core.json_places import (
    ESCAPED_SURROGATE_OR_NUL,
    place_of_token,
    pointer_to_duplicate,
    texts_with_unstorable_characters,
    where,
)

JSON_INVALID = declare(
    "json.invalid",
    400,
    "The body is not JSON",
    "Send one JSON value as RFC 8259 defines it; the detail names the line and the column.",
)
JSON_DUPLICATE_KEY = declare(
    "json.duplicate_key",
    400,
    "An object names the same member twice",
    "Name each member once, so that every reader understands the same.",
)
JSON_NUMBER_OUT_OF_RANGE = declare(
    "json.number_out_of_range",
    400,
    "A number is not one that JSON readers agree on",
    "Send a finite number within the range of a 64-bit float; NaN and Infinity are not JSON.",
)
JSON_TOO_DEEP = declare(
    "json.too_deep",
    400,
    "The body is nested too deeply",
    "Nest objects and lists at most 64 deep.",
)
JSON_ENCODING = declare(
    "json.encoding",
    400,
    "The body is not UTF-8",
    "Send UTF-8 without a byte order mark.",
)
JSON_EMPTY = declare(
    "json.empty",
    400,
    "The body is empty",
    "Send a JSON document as the body.",
)

MOST_LEVELS: Final = 64
# The longest that every double holds: more digits are infinity to most readers.
LONGEST_INTEGER: Final = 308
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_INFINITE: Final = (float("inf"), float("-inf"))


class _RepeatedMemberError(ValueError):
    """An object names a member twice."""


class _NumberError(ValueError):
    """A number token has no value that readers agree on."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        number = Counter(name for name, _ in pairs)
        raise _RepeatedMemberError(next(name for name in number if number[name] > 1))
    return members


def _float(token: str) -> float:
    number = float(token)
    if number in _INFINITE:
        raise _NumberError(token)
    return number


def _integer(token: str) -> int:
    if len(token) > LONGEST_INTEGER:
        raise _NumberError(token)
    return int(token)


def _constant(token: str) -> NoReturn:
    raise _NumberError(token)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_float=_float,
    parse_int=_integer,
    parse_constant=_constant,
)


def parse(body: bytes) -> Any:
    """Return the value of a JSON body; raise ProblemError 400 that says where it is not JSON."""
    source = _decode(body)
    try:
        document = _DECODER.decode(source)
    except _RepeatedMemberError as error:
        raise _duplicate_key(source, str(error)) from None
    except _NumberError as error:
        token = str(error)
        place = where(source, place_of_token(source, token))
        shown = token if len(token) <= text.SHOWN else f"A number of {len(token):,} digits"
        raise _problem(JSON_NUMBER_OUT_OF_RANGE, f"{shown} at {place} is out of range.") from None
    except json.JSONDecodeError as error:
        detail = f"{fault(error)} at {where(source, error.pos)}."
        raise _problem(JSON_INVALID, detail) from None
    except RecursionError:
        raise _too_deep() from None
    # Few brackets cannot nest deeply, which spares nearly every body the walk.
    if body.count(b"[") + body.count(b"{") > MOST_LEVELS:
        _refuse_deep(document)
    if ESCAPED_SURROGATE_OR_NUL.search(source):
        _refuse_unstorable(document)
    return document


def fault(error: json.JSONDecodeError) -> str:
    """Return what is wrong without the words that lead to the place: some messages end so."""
    return error.msg.removesuffix(" at").removesuffix(" starting")


def _decode(body: bytes) -> str:
    if not body or body.isspace():
        raise _problem(JSON_EMPTY, "The body is empty where a JSON document is needed.")
    if body.startswith(_BYTE_ORDER_MARKS):
        raise _problem(JSON_ENCODING, "The body begins with a byte order mark; send plain UTF-8.")
    # No JSON document has a NUL among its first bytes, and every UTF-16 or UTF-32 one has.
    if 0 in body[:4]:
        raise _problem(JSON_ENCODING, "The body looks like UTF-16 or UTF-32; send UTF-8.")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        place = where(before, len(before))
        raise _problem(JSON_ENCODING, f"The bytes at {place} are not UTF-8.") from None


def _problem(kind: ErrorCode, detail: str) -> ProblemError:
    return ProblemError(kind, f"{detail} Nothing was saved.")


def _too_deep() -> ProblemError:
    return _problem(JSON_TOO_DEEP, f"Objects and lists nest more than {MOST_LEVELS} deep.")


def _duplicate_key(source: str, name: str) -> ProblemError:
    message = f"The member {json.dumps(name[: text.SHOWN])} stands twice in one object."
    violation = Violation(JSON_DUPLICATE_KEY, pointer_to_duplicate(source), message)
    return ProblemError(JSON_DUPLICATE_KEY, f"{message} Nothing was saved.", violations=[violation])


def _refuse_deep(document: object) -> None:
    # Level by level, and not by recursion, which is what deep nesting would exhaust.
    level = [document]
    for _ in range(MOST_LEVELS):
        level = [
            child
            for parent in level
            for child in (
                parent.values() if type(parent) is dict else parent if type(parent) is list else ()
            )
            if type(child) in (dict, list)
        ]
        if not level:
            return
    raise _too_deep()


def _refuse_unstorable(document: object) -> None:
    violations = [
        Violation(
            text.INVALID_CHARACTER,
            pointer,
            f"{text.name_of(character)} cannot stand in text; remove it.",
        )
        for pointer, character in texts_with_unstorable_characters(document)
    ]
    if violations:
        raise refuse(violations)
