"""Where in a JSON text something is wrong: only asked once it is known to be wrong."""

import json
import re
from collections.abc import Iterator
from typing import Final

from app.core.document_paths import Steps
from app.core.json_pointer import pointer_to

# An escape of half a character, or of NUL: neither can be stored as text in a database.
ESCAPED_SURROGATE_OR_NUL: Final = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_UNSTORABLE: Final = re.compile(r"[\x00\ud800-\udfff]")
_STRING_OR_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\w]+', re.DOTALL)


class _Members(list[tuple[str, object]]):
    """An object as it was written, with every member that it names."""


def where(source: str, offset: int) -> str:
    """Return a place as people count it: `line 3, column 14`."""
    line = source.count("\n", 0, offset) + 1
    column = offset - source.rfind("\n", 0, offset)
    return f"line {line}, column {column}"


def place_of_token(source: str, token: str) -> int:
    """Return where this number or constant first stands outside of text."""
    return next(
        (found.start() for found in _STRING_OR_WORD.finditer(source) if found[0] == token), 0
    )


def pointer_to_duplicate(source: str) -> str:
    """Return the pointer of the first member that its object names twice.

    It is empty, and so points at the whole document, when the text stops being JSON behind it.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_Members)
    try:
        return next(_duplicates(decoder.decode(source), ()), "")
    except (ValueError, RecursionError):
        return ""


def _duplicates(value: object, steps: Steps) -> Iterator[str]:
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, member in value:
            if name in seen:
                yield pointer_to((*steps, name))
            seen.add(name)
            yield from _duplicates(member, (*steps, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _duplicates(element, (*steps, index))


def texts_with_unstorable_characters(value: object, steps: Steps = ()) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each text with a NUL or half a surrogate pair, and that character.

    A member whose name is such a text is pointed at by its object.
    """
    if isinstance(value, str):
        if found := _UNSTORABLE.search(value):
            yield pointer_to(steps), found[0]
    elif isinstance(value, dict):
        for name, member in value.items():
            if found := _UNSTORABLE.search(name):
                yield pointer_to(steps), found[0]
            else:
                yield from texts_with_unstorable_characters(member, (*steps, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from texts_with_unstorable_characters(element, (*steps, index))
