"""Cursors lead on in their own list and nowhere else."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from app.core.errors import ProblemError
from app.core.paging import AskedPage, Cursors, link_header

CURSORS = Cursors("a secret")
SELECTION = {"provider_id": "0000001", "status": "draft", "sort": "-updated_at"}


def is_refused(cursor: str, selection: dict[str, str] = SELECTION) -> bool:
    try:
        CURSORS.decode(cursor, selection)
    except ProblemError as refused:
        return refused.kind.code == "cursor.invalid"
    return False


@given(st.lists(st.text() | st.integers(-(2**53), 2**53) | st.none(), max_size=4))
def test_a_cursor_gives_back_the_keys_it_was_made_of(keys: list[str | int | None]) -> None:
    assert CURSORS.decode(CURSORS.encode(keys, SELECTION), SELECTION) == keys


def test_the_order_of_the_filters_does_not_matter() -> None:
    cursor = CURSORS.encode(["x"], SELECTION)
    assert CURSORS.decode(cursor, dict(reversed(SELECTION.items()))) == ["x"]


@pytest.mark.parametrize(
    "other", [{"provider_id": "0000002"}, {"status": "active"}, {"sort": "title"}]
)
def test_a_cursor_of_another_list_is_refused(other: dict[str, str]) -> None:
    assert is_refused(CURSORS.encode(["x"], SELECTION), {**SELECTION, **other})


def test_a_changed_cursor_is_refused() -> None:
    cursor = CURSORS.encode(["2026-07-01", 42], SELECTION)
    for place in range(len(cursor) - 1):
        changed = "A" if cursor[place] != "A" else "B"
        assert is_refused(cursor[:place] + changed + cursor[place + 1 :])


@pytest.mark.parametrize("cursor", ["", "x", "none", "ä", "===", "' OR 1=1 --", "A" * 5000])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    assert is_refused(cursor)


def test_a_cursor_of_another_server_is_refused() -> None:
    assert is_refused(Cursors("another secret").encode(["x"], SELECTION))


def test_a_cursor_of_a_former_secret_holds() -> None:
    cursor = Cursors("a secret").encode(["x"], SELECTION)
    assert Cursors("a newer secret", ["an old one", "a secret"]).decode(cursor, SELECTION) == ["x"]


def test_a_page_says_where_the_list_goes_on(make_request: Callable[..., Request]) -> None:
    request = make_request("/v1/list")
    request.scope["app"] = SimpleNamespace(state=SimpleNamespace(cursors=CURSORS))

    def answered(cursor: str, found: list[int]) -> Any:
        asked = AskedPage(request, 2, cursor, SELECTION)
        assert len(found) <= asked.most
        reply = asked.answer(found, lambda row: [row], lambda row: {"row": row}, beside={"of": 3})
        return orjson.loads(reply.body)

    first = answered("", [1, 2, 3])
    assert (first["data"], first["of"]) == ([{"row": 1}, {"row": 2}], 3)
    cursor = first["page"]["next_cursor"]
    assert AskedPage(request, 2, cursor, SELECTION).behind == [2]
    assert answered(cursor, [3])["page"] == {"next_cursor": None, "limit": 2}


def test_the_link_keeps_the_filters_and_replaces_the_cursor(
    make_request: Callable[..., Request],
) -> None:
    request = make_request("/v1/list", "status=draft&q=a%26b&cursor=old")
    assert link_header(request, "new") == {
        "Link": '</v1/list?status=draft&q=a%26b&cursor=new>; rel="next"'
    }
    assert link_header(request, None) == {}
