"""What the list of activities cannot be asked for, and what would be right instead."""

import pytest

from app.activities.listing_parameters import Words
from tests.harness import ReportingProvider


@pytest.mark.parametrize(
    ("query", "code", "pointer", "near"),
    [
        ("statuss=draft", "parameter.unknown", "?statuss", ["status"]),
        ("status=draft&status=active", "parameter.repeated", "?status", []),
        ("status=actve", "parameter.invalid", "?status", ["active"]),
        ("status=draft,actve", "parameter.invalid", "?status", ["active"]),
        ("status=", "parameter.invalid", "?status", []),
        ("format=live_curse", "parameter.invalid", "?format", ["live_course"]),
        ("missing=moc.urll", "parameter.invalid", "?missing", ["moc.url"]),
        ("missing=activity.not_ended", "parameter.invalid", "?missing", ["activity.ended"]),
        ("moc_board=AB1M", "parameter.invalid", "?moc_board", ["ABIM"]),
        ("fields=titel", "parameter.invalid", "?fields", ["title"]),
        ("fields=moc", "parameter.invalid", "?fields", []),
        ("sort=titel", "parameter.invalid", "?sort", ["title"]),
        ("sort=title,format", "parameter.invalid", "?sort", []),
        ("start_from=2026-02-30", "parameter.invalid", "?start_from", []),
        ("end_to=2026-02-03T00:00:00", "parameter.invalid", "?end_to", []),
        ("year=26", "parameter.invalid", "?year", []),
        ("year=next", "parameter.invalid", "?year", []),
        ("limit=0", "parameter.invalid", "?limit", []),
        ("limit=201", "parameter.invalid", "?limit", []),
        ("limit=1.5", "parameter.invalid", "?limit", []),
        ("internal_id=", "parameter.invalid", "?internal_id", []),
        ("q=", "parameter.invalid", "?q", []),
        ("view=whole", "parameter.invalid", "?view", []),
        ("count=yes", "parameter.invalid", "?count", []),
    ],
)
async def test_a_parameter_that_cannot_be_read_is_refused_with_what_would_be_right(
    provider: ReportingProvider, query: str, code: str, pointer: str, near: list[str]
) -> None:
    reply = await provider.client.get(f"{provider.activities}?{query}")
    assert reply.status_code == 400
    problem = reply.json()
    assert problem["code"] == code
    [error] = problem["errors"]
    assert error["pointer"] == pointer
    assert error["did_you_mean"][: len(near)] == near


async def test_one_is_said_in_the_singular(provider: ReportingProvider) -> None:
    reply = await provider.client.get(f"{provider.activities}?q=")
    assert reply.json()["errors"][0]["message"] == "At least one character is needed."


async def test_of_an_unknown_word_no_more_is_repeated_than_of_any_value(
    provider: ReportingProvider,
) -> None:
    reply = await provider.client.get(f"{provider.activities}?fields={'x' * 1_000}")
    assert len(reply.json()["errors"][0]["value"]) == 201


def test_of_very_many_unknown_words_no_more_are_compared_than_tell_that_there_are_more() -> None:
    words = Words()
    words.chosen("fields", ",".join(f"titl{number}" for number in range(50_000)), ["title"])
    assert len(words.violations) == 101


async def test_all_unknown_words_are_named_at_once(provider: ReportingProvider) -> None:
    reply = await provider.client.get(
        f"{provider.activities}?status=drafft&missing=moc.urll&fields=titel,statuss"
    )
    pointers = [error["pointer"] for error in reply.json()["errors"]]
    assert sorted(pointers) == ["?fields", "?fields", "?missing", "?status"]
