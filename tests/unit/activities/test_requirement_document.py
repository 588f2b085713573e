from pathlib import Path

from app.activities.formats import FORMATS
from app.activities.requirement_document import markdown, requirement_rows
from app.activities.requirements import REQUIREMENTS

PUBLISHED = Path(__file__).parents[3] / "openapi" / "requirements.md"


def test_the_published_matrix_is_the_one_in_the_code() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == markdown()


def test_every_requirement_and_every_format_is_published() -> None:
    published = markdown()
    assert all(f"| `{row.code}` | `{row.pointer}` |" in published for row in REQUIREMENTS)
    assert all(f"| `{row.code}` | {row.max_period} |" in published for row in FORMATS.values())


def test_the_table_is_served_as_data() -> None:
    rows = {row["code"]: row for row in requirement_rows()}
    assert list(rows) == [row.code for row in REQUIREMENTS]
    assert rows["moc.url"] == {
        "code": "moc.url",
        "blocks": "closed",
        "only_for_this_status": False,
        "pointer": "/moc/boards/{i}/url",
        "each": "boards",
        "needed_when": "registered for MOC",
        "text": "Give the web address of the activity, or one for this board alone; MOC needs it"
        " even when cme_finder is no.",
        "source": "PARS FAQ: activity statuses, Closed",
    }
    assert rows["activity.not_ended"]["only_for_this_status"] is True
