"""One record for each requirement: complete but for the one thing that it asks."""

from collections.abc import Callable

from tests.builders import Document, complete_activity, moc_board, support_source

Break = Callable[[], Document]


def without(*names: str) -> Break:
    """Leave fields out."""
    return lambda: {name: value for name, value in complete_activity().items() if name not in names}


def support(**changes: object) -> Break:
    """Change the one source of support."""
    return lambda: complete_activity(
        commercial_support={"received": True, "sources": [support_source(**changes)]}
    )


def board(**changes: object) -> Break:
    """Change the one registration."""
    return lambda: with_moc(boards=[moc_board(**changes)])


def unlisted(**changes: object) -> Break:
    """Take a value from the activity where the finder does not ask for it."""
    return lambda: complete_activity(cme_finder=False, **changes)


def own_values_instead(name: str) -> Break:
    """Take a value from the activity where the board has its own."""
    values = {"fee": "free", "registration": "limited", "url": "https://cme.valley-hospital.org/b"}
    return lambda: with_moc(boards=[moc_board(**{name: values[name]})], **{name: None})


def with_moc(boards: list[Document], **changes: object) -> Document:
    """Return a complete record with these registrations."""
    record = complete_activity(**changes)
    return {**record, "moc": {**record["moc"], "boards": boards}}


BROKEN: dict[str, tuple[Break, str]] = {
    "activity.title": (without("title"), "/title"),
    "activity.format": (without("format", "delivery_methods"), "/format"),
    "activity.start_date": (without("start_date"), "/start_date"),
    "activity.end_date": (without("end_date"), "/end_date"),
    "activity.not_ended": (complete_activity, "/end_date"),
    "activity.delivery_methods": (without("delivery_methods"), "/delivery_methods"),
    "activity.location": (without("location"), "/location"),
    "activity.city": (without("city"), "/city"),
    "activity.state": (without("state"), "/state"),
    "activity.country": (without("country"), "/country"),
    "activity.credits": (without("credits"), "/credits"),
    "activity.description": (without("description"), "/description"),
    "activity.cme_finder": (without("cme_finder"), "/cme_finder"),
    "finder.fee": (own_values_instead("fee"), "/fee"),
    "finder.registration": (own_values_instead("registration"), "/registration"),
    "finder.url": (own_values_instead("url"), "/url"),
    "activity.providership": (without("providership"), "/providership"),
    "activity.ended": (lambda: complete_activity(end_date="2026-11-22"), "/end_date"),
    "moc.internal_id": (without("internal_id"), "/internal_id"),
    "joint.name": (without("joint_providers"), "/joint_providers"),
    "outcomes.measure": (without("outcome_measures"), "/outcome_measures"),
    "support.answered": (without("commercial_support"), "/commercial_support/received"),
    "support.source": (
        lambda: complete_activity(commercial_support={"received": True, "sources": []}),
        "/commercial_support/sources",
    ),
    "support.kind": (
        support(monetary=False, amount=None),
        "/commercial_support/sources/0/monetary",
    ),
    "support.amount": (support(amount=None), "/commercial_support/sources/0/amount"),
    "learners.physicians": (
        lambda: complete_activity(learners={"physicians": None, "others": 0}),
        "/learners/physicians",
    ),
    "learners.others": (
        lambda: complete_activity(learners={"physicians": 0, "others": None}),
        "/learners/others",
    ),
    "moc.attestation": (
        lambda: complete_activity(
            moc={
                "registered": True,
                "attestation": {"attested_by": "J. Doe", "attested_on": None},
                "boards": [moc_board()],
            }
        ),
        "/moc/attestation",
    ),
    "moc.board": (lambda: with_moc(boards=[]), "/moc/boards"),
    "moc.practice_area": (board(practice_areas=[]), "/moc/boards/0/practice_areas"),
    "moc.credit_type": (board(credit_types=[]), "/moc/boards/0/credit_types"),
    "moc.credits": (board(credits=None), "/moc/boards/0/credits"),
    "moc.content_area": (board(content_areas=[]), "/moc/boards/0/content_areas"),
    "moc.claim_date": (board(credit_claim_date=None), "/moc/boards/0/credit_claim_date"),
    "moc.fee": (unlisted(fee=None), "/moc/boards/0/fee"),
    "moc.registration": (unlisted(registration=None), "/moc/boards/0/registration"),
    "moc.url": (unlisted(url=None), "/moc/boards/0/url"),
}
"""How to make each, by the code that it lacks, and the pointer to what is lacking."""
