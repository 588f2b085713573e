"""What became of rows, kept in runs: taken apart again, each row has its own record."""

from hypothesis import given
from hypothesis import strategies as st

from app.imports.outcomes import Run, runs_of

FIRST_ID = 100_000_000_001
MOST = 12


def taken_apart(runs: list[Run]) -> dict[int, str]:
    return {
        run.row + place: str(int(run.record_id or "") + place)
        for run in runs
        for place in range(run.length)
    }


@given(
    st.sets(st.integers(1, MOST)).flatmap(
        lambda rows: st.tuples(
            st.permutations(sorted(rows)), st.permutations(range(FIRST_ID, FIRST_ID + MOST))
        )
    )
)
def test_runs_say_of_each_row_which_record_it_became(
    drawn: tuple[list[int], list[int]],
) -> None:
    rows, numbers = drawn
    ids = list(map(str, numbers[: len(rows)]))
    runs = runs_of("created", rows, ids)
    assert taken_apart(runs) == dict(zip(rows, ids, strict=True))
    assert sum(run.length for run in runs) == len(rows)
    assert runs == sorted(runs)


def test_rows_and_ids_that_follow_each_other_are_one_run() -> None:
    ids = [str(FIRST_ID + place) for place in range(5)]
    assert runs_of("unchanged", range(3, 8), ids) == [Run(3, 5, "unchanged", ids[0])]


def test_a_gap_of_rows_or_of_ids_begins_another_run() -> None:
    ids = [str(FIRST_ID + place) for place in (0, 1, 2, 4, 5)]
    assert runs_of("created", [1, 2, 4, 5, 6], ids) == [
        Run(1, 2, "created", ids[0]),
        Run(4, 1, "created", ids[2]),
        Run(5, 2, "created", ids[3]),
    ]
