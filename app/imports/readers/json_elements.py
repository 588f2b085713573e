"""The elements of one list in a JSON file, one at a time, whatever the size of the file."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from app.core import strict_json
from app.core.errors import ProblemError
from app.core.json_places import where
from app.imports.problems import FILE_UNREADABLE
from app.imports.readers.rows import MOST_BYTES_OF_A_ROW, file_problem

_PIECE: Final = 1 << 18
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
# Where an element ends is asked here, and not what its numbers are: one may be very long.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)
# How much may stand before the list begins, and behind its end.
_MOST_AROUND: Final = 1 << 16


def elements(path: Path, opening: re.Pattern[str]) -> Iterator[str]:
    """Give the text of each element of the list that `opening` leads to.

    Where a single object stands in place of the list, it is the only element.
    Raises ProblemError when there is no such list, or a second one, or when the list or
    what stands around it is broken.
    """
    with path.open("rb") as file:
        yield from _Elements(file).after(opening)


class _Elements:
    """The text of a file as far as it was read and is still needed, and the place in it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text = ""
        self._at = 0
        self._lines_before = 0
        self._ended = False

    def after(self, opening: re.Pattern[str]) -> Iterator[str]:
        """Give the elements of the list that this leads to."""
        while (found := opening.search(self._text)) is None:
            if len(self._text) > _MOST_AROUND or not self._more():
                raise file_problem(FILE_UNREADABLE, "The list of records is not there.")
        before, self._at = found.string[: found.end()], found.end()
        number = 0
        if before.endswith("["):
            while self._next() != "]":
                if number:
                    self._pass_comma(number)
                number += 1
                yield self._element(number)
        else:
            yield self._element(1)
            before += "null"
        self._refuse_more(before, opening)

    def _next(self) -> str:
        """Pass over blanks and return the next character."""
        while True:
            blanks = _BLANKS.match(self._text, self._at)
            self._at = blanks.end() if blanks else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                raise self._broken(self._at, "The file ends before its list does")

    def _pass_comma(self, number: int) -> None:
        found = self._text[self._at]
        if found != ",":
            what = f"Behind record {number:,} stands {found} in place of a comma or ]"
            raise self._broken(self._at, what)
        self._at += 1
        self._next()

    def _element(self, number: int) -> str:
        while True:
            try:
                _, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._broken(self._at, f"Record {number:,} is nested too deeply") from None
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > MOST_BYTES_OF_A_ROW or not self._more():
                    what = f"Record {number:,} is not JSON: {strict_json.fault(error)}"
                    raise self._broken(self._at, what) from None
                continue
            # What ends with the text may go on in the next piece, as a number does.
            if end < len(self._text) or not self._more():
                break
        element, self._at = self._text[self._at : end], end
        return element

    def _refuse_more(self, before: str, opening: re.Pattern[str]) -> None:
        """Refuse a file in which something is wrong around the list, or another list follows."""
        while len(self._text) - self._at <= _MOST_AROUND and self._more():
            pass
        rest = self._text[self._at :]
        if len(rest) > _MOST_AROUND:
            what = f"More than {_MOST_AROUND:,} characters follow the list of records"
            raise self._broken(self._at, what)
        if second := opening.search(rest):
            raise self._broken(self._at + second.start(), "A second list of records begins")
        try:
            _DECODER.decode(before + rest)
            strict_json.parse((before + rest).encode())
        except json.JSONDecodeError as error:
            what = f"Around its list the file is not JSON: {strict_json.fault(error)}"
            if error.pos < len(before):
                detail = f"{what}, in {where(before, error.pos)}."
                raise file_problem(FILE_UNREADABLE, detail) from None
            raise self._broken(self._at + error.pos - len(before), what) from None
        except RecursionError:
            raise self._broken(self._at, "The list is nested too deeply") from None
        except ProblemError as problem:
            detail = (problem.detail or "").removesuffix(" Nothing was saved.")
            raise file_problem(FILE_UNREADABLE, f"Around the list of records: {detail}") from None

    def _broken(self, place: int, what: str) -> ProblemError:
        line = self._lines_before + self._text.count("\n", 0, place) + 1
        return file_problem(FILE_UNREADABLE, f"{what}, in line {line:,}.")

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._file.read(_PIECE)
        self._ended = not piece
        self._lines_before += self._text.count("\n", 0, self._at)
        try:
            self._text = self._text[self._at :] + self._decode(piece, self._ended)
        except UnicodeDecodeError:
            raise file_problem(FILE_UNREADABLE, "The file is not UTF-8.") from None
        self._at = 0
        return True
