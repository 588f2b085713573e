"""Log lines: JSON, and only what may stand in a log."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.core.log import configure_logging, places_of


@pytest.fixture
def configured() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging()
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("configured")
def test_our_lines_and_those_of_libraries_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger("fresh").info("request", status=200)
    logging.getLogger("library").warning("slow %s", "answer")
    ours, theirs = map(json.loads, capsys.readouterr().out.splitlines())
    assert (ours["event"], ours["status"], ours["level"]) == ("request", 200, "info")
    assert (theirs["event"], theirs["logger"]) == ("slow answer", "library")
    assert "timestamp" in ours
    assert "timestamp" in theirs


@pytest.mark.usefixtures("configured")
def test_addresses_with_query_strings_stay_out(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("uvicorn.access").info("GET /v1?q=canary")
    assert capsys.readouterr().out == ""


def broken() -> None:
    try:
        int("canary")
    except ValueError as error:
        message = "canary"
        raise RuntimeError(message) from error


def test_an_error_is_told_by_its_places_and_not_by_its_words() -> None:
    with pytest.raises(RuntimeError) as raised:
        broken()
    places = places_of(raised.value)
    assert places[0] == "RuntimeError"
    assert "because of" in places
    assert "ValueError" in places
    assert any(".broken:" in place for place in places)
    assert "canary" not in str(places)


def test_an_error_that_is_its_own_cause_is_told_once() -> None:
    with pytest.raises(ValueError, match="canary") as raised:
        raise_from_itself()
    assert places_of(raised.value).count("ValueError") == 1


def raise_from_itself() -> None:
    error = ValueError("canary")
    raise error from error


@pytest.mark.usefixtures("configured")
def test_the_error_of_a_library_is_told_by_its_places_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    try:
        broken()
    except RuntimeError:
        logging.getLogger("library").exception("failed")
    line = json.loads(capsys.readouterr().out)
    assert line["trace"][0] == "RuntimeError"
    assert "canary" not in str(line)
