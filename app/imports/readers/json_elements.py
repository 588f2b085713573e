"""The elements of one list in a JSON file, one at a time, whatever the size of the file."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from app.imports.problems import FILE_UNREADABLE
from app.imports.readers.rows import MOST_BYTES_OF_A_ROW, file_problem

_PIECE: Final = 1 << 18
_BLANK: Final = " \t\r\n"
_DECODER: Final = json.JSONDecoder()
# How much may stand before the list begins.
_LONGEST_HEAD: Final = 1 << 16


def elements(path: Path, opening: re.Pattern[str]) -> Iterator[str]:
    """Give the text of each element of the list that `opening` leads to.

    Where a single object stands in place of the list, it is the only element.
    Raises ProblemError when there is no such list, or it is broken.
    """
    with path.open("rb") as file:
        yield from _Elements(file).after(opening)


class _Elements:
    """The text of a file as far as it was read and is still needed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text = ""
        self._ended = False

    def after(self, opening: re.Pattern[str]) -> Iterator[str]:
        """Give the elements of the list that this leads to."""
        while (found := opening.search(self._text)) is None:
            if len(self._text) > _LONGEST_HEAD or not self._more():
                raise file_problem(FILE_UNREADABLE, "The list of records is not there.")
        is_list = found.group().endswith("[")
        self._text = self._text[found.end() :]
        number = 0
        while self._skip(_BLANK if number == 0 else _BLANK + ",") != "]":
            number += 1
            yield self._element(number)
            if not is_list:
                return

    def _skip(self, characters: str) -> str:
        """Pass over these characters and return the next one."""
        while not (rest := self._text.lstrip(characters)):
            self._text = rest
            if not self._more():
                raise file_problem(FILE_UNREADABLE, "The file ends before its list does.")
        self._text = rest
        return rest[0]

    def _element(self, number: int) -> str:
        while True:
            try:
                _, end = _DECODER.raw_decode(self._text)
            except RecursionError:
                detail = f"Record {number} is nested too deeply."
                raise file_problem(FILE_UNREADABLE, detail) from None
            except json.JSONDecodeError as error:
                if len(self._text) > MOST_BYTES_OF_A_ROW or not self._more():
                    detail = f"Record {number} is not JSON: {error.msg}."
                    raise file_problem(FILE_UNREADABLE, detail) from None
                continue
            # What ends with the text may go on in the next piece, as a number does.
            if end < len(self._text) or not self._more():
                break
        element, self._text = self._text[:end], self._text[end:]
        return element

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._file.read(_PIECE)
        self._ended = not piece
        try:
            self._text += self._decode(piece, self._ended)
        except UnicodeDecodeError:
            raise file_problem(FILE_UNREADABLE, "The file is not UTF-8.") from None
        return True
