"""What may have been meant."""

import pytest

from app.core.nearest import nearest

KNOWN = ["title", "start_date", "end_date", "internal_id"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Title", ("title",)),
        ("start-date", ("start_date",)),
        ("Start Date", ("start_date",)),
        ("internalId", ("internal_id",)),
        ("titel", ("title",)),
        ("zzz", ()),
        ("", ()),
        ("title" * 50, ()),
    ],
)
def test_the_word_that_looks_most_like_it_comes_first(word: str, expected: tuple[str]) -> None:
    assert nearest(word, KNOWN) == expected


def test_several_near_words_come_best_first() -> None:
    assert nearest("end_dates", KNOWN)[0] == "end_date"
