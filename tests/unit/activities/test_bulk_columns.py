"""Values that travel as one text are told apart by characters that no value contains."""

import pytest

from app.activities.bulk_statements import ACTIVITIES, SOURCES


def sources(*names: str) -> list[dict[str, object]]:
    row = dict.fromkeys(SOURCES.names().split(", "))
    return [{**row, "in_kind_nature": [], "source": name} for name in names]


def test_each_column_is_one_argument() -> None:
    assert len(SOURCES.arguments(sources("Acme", "Example"))) == len(SOURCES)
    assert f"${len(ACTIVITIES) + 1}" in ACTIVITIES.rows(2)
    assert f"${len(ACTIVITIES) + 2}" not in ACTIVITIES.rows(2)


@pytest.mark.parametrize(
    "changed", [{"source": "Acme\x1fExample"}, {"source": ""}, {"in_kind_nature": ["a\x1db"]}]
)
def test_a_value_that_would_move_the_others_is_refused(changed: dict[str, object]) -> None:
    (row,) = sources("Acme")
    with pytest.raises(ValueError, match="separates"):
        SOURCES.arguments([{**row, **changed}])
