"""Preconditions: which version a client means."""

from collections.abc import Callable

import pytest
from starlette.requests import Request

from app.core.errors import ProblemError
from app.core.etag import Precondition, etag, if_match, not_modified

MakeRequest = Callable[..., Request]


def refused_with(precondition: Precondition, version: int | None) -> str | None:
    try:
        precondition.check(version)
    except ProblemError as refused:
        return refused.kind.code
    return None


def test_a_version_is_a_strong_tag() -> None:
    assert etag(3) == '"3"'


@pytest.mark.parametrize(
    ("header", "version", "holds"),
    [
        ('"3"', 3, True),
        ('"3"', 4, False),
        ('"1", "3"', 3, True),
        ('"1" ,"2"', 3, False),
        ('W/"3"', 3, False),
        ('W/"3", "3"', 3, True),
        ("*", 3, True),
        ("*", None, False),
        ('"3"', None, False),
        ('"a,b"', 3, False),
        ('""', 3, False),
    ],
)
def test_if_match_lets_only_the_named_versions_through(
    make_request: MakeRequest, header: str, version: int | None, *, holds: bool
) -> None:
    code = refused_with(if_match(make_request(if_match=header)), version)
    assert code == (None if holds else "precondition.failed")


def test_several_header_lines_are_one_list(make_request: MakeRequest) -> None:
    assert refused_with(if_match(make_request(if_match=['"1"', '"2"'])), 2) is None


@pytest.mark.parametrize(
    ("header", "version", "holds"),
    [("*", None, True), ("*", 1, False), ('"1"', 1, False), ('"1"', 2, True), ('"1"', None, True)],
)
def test_if_none_match_makes_a_write_create_only(
    make_request: MakeRequest, header: str, version: int | None, *, holds: bool
) -> None:
    code = refused_with(if_match(make_request(if_none_match=header)), version)
    assert code == (None if holds else "precondition.failed")


def test_without_headers_everything_is_let_through(make_request: MakeRequest) -> None:
    precondition = if_match(make_request())
    assert refused_with(precondition, 3) is None
    assert refused_with(precondition, None) is None


@pytest.mark.parametrize(
    "header", ["3", "'3'", '"3', '"3" "4"', '"3",', "", ",", '*, "3"', 'w/"3"', '"\x7f"']
)
def test_what_cannot_be_read_is_refused(make_request: MakeRequest, header: str) -> None:
    with pytest.raises(ProblemError) as refused:
        if_match(make_request(if_match=header))
    assert refused.value.kind.code == "precondition.malformed"


def test_a_call_that_needs_a_version_says_so(make_request: MakeRequest) -> None:
    if_match(make_request(if_match='"1"')).require()
    with pytest.raises(ProblemError) as refused:
        if_match(make_request()).require()
    assert refused.value.kind.code == "precondition.required"


def test_a_stale_version_is_told_the_current_one(make_request: MakeRequest) -> None:
    with pytest.raises(ProblemError) as refused:
        if_match(make_request(if_match='"2"')).check(3)
    assert "version 3" in refused.value.detail
    assert refused.value.headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("header", "unchanged"),
    [('"3"', True), ('W/"3"', True), ("*", True), ('"2"', False), ('"2", "3"', True)],
)
def test_reading_a_known_version_again_is_not_modified(
    make_request: MakeRequest, header: str, *, unchanged: bool
) -> None:
    response = not_modified(make_request(if_none_match=header), 3)
    assert (response is not None) == unchanged
    assert response is None or response.status_code == 304
