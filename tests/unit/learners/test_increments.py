"""What each year added to cumulative counts."""

from datetime import date

from app.activities.surroundings import Snapshot
from app.learners.increments import Increment, increments

LAST_OF_2023 = Snapshot(date(2023, 12, 31), 150, 40)
LAST_OF_2024 = Snapshot(date(2024, 12, 31), 412, 96)


def test_without_snapshots_everything_came_in_the_running_year() -> None:
    added = increments([], physicians=7, others=0, running_year=2024)
    assert added == [Increment(2024, None, None, 7, 0)]


def test_each_year_has_what_came_since_the_year_before() -> None:
    added = increments([LAST_OF_2023, LAST_OF_2024], physicians=412, others=96, running_year=2024)
    assert added == [
        Increment(2023, None, LAST_OF_2023.as_of, 150, 40),
        Increment(2024, LAST_OF_2023.as_of, LAST_OF_2024.as_of, 262, 56),
    ]


def test_a_year_without_a_snapshot_is_contained_in_the_next_one() -> None:
    added = increments([LAST_OF_2023], physicians=500, others=100, running_year=2025)
    assert added[-1] == Increment(2025, LAST_OF_2023.as_of, None, 350, 60)


def test_a_count_that_fell_is_an_increment_below_nothing() -> None:
    added = increments([LAST_OF_2023], physicians=149, others=40, running_year=2024)
    assert (added[-1].physicians, added[-1].others) == (-1, 0)


def test_an_unanswered_count_adds_nothing_that_is_known() -> None:
    added = increments([LAST_OF_2023], physicians=200, others=None, running_year=2024)
    assert (added[-1].physicians, added[-1].others) == (50, None)
    unanswered = increments([LAST_OF_2023], physicians=None, others=None, running_year=2024)
    assert [row.year for row in unanswered] == [2023]
