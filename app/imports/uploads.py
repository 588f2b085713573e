"""The bytes of the file in a request: the body itself, or the field `file` of a form."""

from collections.abc import AsyncIterator
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from app.core.errors import ProblemError
from app.core.request_body import BODY_INCOMPLETE, MEDIA_TYPE_UNSUPPORTED
from app.imports.file_storage import MOST_BYTES, too_large
from app.imports.problems import MULTIPART_INVALID
from app.imports.readers.rows import file_problem

FIELD: Final = "file"
# What a form may say around its file.
_MOST_AROUND: Final = 100_000


async def sent_file(request: Request) -> AsyncIterator[bytes]:
    """Give the bytes of the file as they arrive; raise ProblemError 400, 413 or 415."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        detail = "The file must not be compressed. Nothing was saved."
        raise ProblemError(MEDIA_TYPE_UNSUPPORTED, detail)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > MOST_BYTES + _MOST_AROUND:
        raise too_large()
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    arriving: AsyncIterator[bytes] = request.stream()
    if media_type == b"multipart/form-data":
        arriving = _Form(options.get(b"boundary", b"")).file_in(arriving)
    try:
        async for piece in arriving:
            yield piece
    except ClientDisconnect:
        raise ProblemError(BODY_INCOMPLETE, "The body ended before it was complete.") from None


class _Form:
    """A form as it arrives, of which only the file is kept."""

    def __init__(self, boundary: bytes) -> None:
        if not boundary:
            raise file_problem(MULTIPART_INVALID, "The form does not name its boundary.")
        self._header = (b"", b"")
        self._disposition = b""
        self._found = False
        self._ended = False
        self._arrived = bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._part,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    async def file_in(self, arriving: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Give the bytes of the field `file`."""
        async for piece in arriving:
            if not piece:
                continue
            try:
                self._parser.write(piece)
            except FormParserError as error:
                raise file_problem(
                    MULTIPART_INVALID, f"The form cannot be read: {error}."
                ) from None
            if self._arrived:
                yield bytes(self._arrived)
                self._arrived.clear()
        if not self._ended:
            raise file_problem(MULTIPART_INVALID, "The form ends too early.")
        if not self._found:
            raise file_problem(MULTIPART_INVALID, f"The form has no field `{FIELD}`.")

    def _begin(self) -> None:
        self._disposition = b""

    def _header_name(self, text: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + text[start:end], b"")

    def _header_value(self, text: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + text[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (b"", b"")

    def _part(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode(errors="replace")
        if name != FIELD:
            raise file_problem(
                MULTIPART_INVALID, f"The form has a field {name[:50]!r}; only `{FIELD}` is known."
            )
        if self._found:
            raise file_problem(MULTIPART_INVALID, "The form has two files.")
        self._found = True

    def _data(self, text: bytes, start: int, end: int) -> None:
        self._arrived += text[start:end]

    def _end(self) -> None:
        self._ended = True
