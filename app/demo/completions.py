"""The completions of the demo: what learners of its conference completed."""

from datetime import date
from typing import Any, Final

from app.activities.repository import ActivityRepository, Key
from app.auth.access import Access
from app.core.database import Transaction
from app.learners.completion_book import CompletionBook
from app.learners.completion_service import CompletionService
from app.reference.board_catalogue import BoardCatalogue

_NAMES: Final = (("Alex", "Demo"), ("Robin", "Demo"))


def demo_completions(year: int) -> list[dict[str, Any]]:
    """Return what two learners completed of the conference of a year."""
    return [
        {
            "credit_id": f"ccid:provider-hospital.org:oncology-{year}-{number:04}",
            "given_name": given_name,
            "family_name": family_name,
            "birth_month_day": "07-14",
            "completed_on": date(year, 10, 14).isoformat(),
            "credits": 6.25,
            "board_credits": [
                {
                    "board": "ABIM",
                    "board_learner_id": f"10000{number}",
                    "credit_type": "Medical Knowledge (Part II)",
                    "credits": 6.25,
                }
            ],
        }
        for number, (given_name, family_name) in enumerate(_NAMES, 1)
    ]


async def report_completions(access: Access, today: date) -> None:
    """Report the demo's completions; the second time they are there already."""
    year = today.year - 1
    boards = await BoardCatalogue(access.database).boards()
    conference = Key("live_course", date(year, 10, 14), f"LC-ONCOLOGY-{year}")

    async def report(transaction: Transaction) -> None:
        activity = await ActivityRepository(access, transaction.driver).get_by_key(conference)
        if activity is None:
            return
        book = CompletionBook(access, transaction, activity["activity_id"])
        service = CompletionService(book, activity, boards, today)
        submissions = [service.submission(sent) for sent in demo_completions(year)]
        await service.prepare(submissions)
        for sent in submissions:
            if book.under(sent.content["credit_id"]) is None:
                await service.report(sent)
        await book.flush()

    await access.run(report)
