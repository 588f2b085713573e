"""Logs: one JSON object a line, without bodies, keys, names or query strings."""

import logging
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final

import orjson
import structlog
from structlog.typing import EventDict, Processor

_SHARED: Final[tuple[Processor, ...]] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
# These write addresses with their query strings into the log.
_TOO_TALKATIVE: Final = ("httpx", "httpcore", "uvicorn.access")


def configure_logging(level: int = logging.INFO) -> None:
    """Write every log line of this process, also those of libraries, as JSON to stdout."""
    structlog.configure(
        processors=[*_SHARED, structlog.processors.JSONRenderer(serializer=_as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Each request writes a line: as bytes it need not be made a text, and bytes of that again.
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_SHARED],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _told_by_places,
                structlog.processors.JSONRenderer(serializer=_as_text),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def places_of(error: BaseException) -> list[str]:
    """Return the kind of an error and the places it came through, as `module.function:line`.

    What the error says is left out: messages of a database or of a validator repeat values,
    and values are no business of the log.
    """
    places = [type(error).__qualname__, *_frames(error.__traceback__)]
    told = {id(error)}
    # What is raised from itself is its own cause, and would be told forever.
    while (cause := _cause(error)) is not None and id(cause) not in told:
        places += ["because of", type(cause).__qualname__, *_frames(cause.__traceback__)]
        told.add(id(cause))
        error = cause
    return places


def _told_by_places(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Tell the error that a library logs as we tell ours, and not in its own words."""
    told = event.pop("exc_info", None)
    if isinstance(told, tuple) and told[1] is not None:
        event["trace"] = places_of(told[1])
    return event


def _frames(traceback: TracebackType | None) -> list[str]:
    frames = []
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_globals.get("__name__", "?")
        frames.append(f"{module}.{frame.f_code.co_name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return frames


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _as_json(event: Mapping[str, Any], **_options: object) -> bytes:
    return orjson.dumps(event, default=str)


def _as_text(event: Mapping[str, Any], **_options: object) -> str:
    return _as_json(event).decode()
