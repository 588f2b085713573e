"""The completions of the demo: what learners of its conference completed."""

from datetime import date
from typing import Any, Final

from app.activities.repository import ActivityRepository
from app.activities.staged_repository import key_of
from app.auth.access import Access
from app.core.database import Transaction
from app.demo.records import CONFERENCE
from app.learners.completion_book import CompletionBook
from app.learners.completion_service import CompletionService
from app.reference.board_catalogue import BoardCatalogue

_NAMES: Final = (("Alex", "Demo"), ("Robin", "Demo"))


_COMPLETIONS: Final[tuple[dict[str, Any], ...]] = tuple(
    {
        "credit_id": f"ccid:provider-hospital.org:oncology-2025-{number:04}",
        "given_name": given_name,
        "family_name": family_name,
        "birth_month_day": "07-14",
        "completed_on": CONFERENCE["end_date"],
        "credits": CONFERENCE["credits"],
        "board_credits": [
            {
                "board": "ABIM",
                "board_learner_id": f"10000{number}",
                "credit_type": "Medical Knowledge (Part II)",
                "credits": CONFERENCE["credits"],
            }
        ],
    }
    for number, (given_name, family_name) in enumerate(_NAMES, 1)
)


async def report_completions(access: Access, today: date) -> None:
    """Report the demo's completions; the second time they are there already."""
    boards = await BoardCatalogue(access.database).boards()

    async def report(transaction: Transaction) -> None:
        activity = await ActivityRepository(access, transaction.driver).get_by_key(
            key_of(CONFERENCE)
        )
        if activity is None:
            return
        book = CompletionBook(access, transaction, activity["activity_id"])
        service = CompletionService(book, activity, boards, today)
        submissions = [service.submission(sent) for sent in _COMPLETIONS]
        await service.prepare(submissions)
        for sent in submissions:
            if book.under(sent.content["credit_id"]) is None:
                await service.report(sent)
        await book.flush()

    await access.run(report)
