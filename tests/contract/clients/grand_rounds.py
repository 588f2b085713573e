"""The year of the Grand Rounds, told with the client that openapi-python-client makes."""

import os
from datetime import UTC, date, datetime
from http import HTTPStatus

from openpars_client import AuthenticatedClient
from openpars_client.api.activities import (
    activities_close,
    activities_delete,
    activities_list,
    activities_missing,
    activities_push,
    activities_update,
)
from openpars_client.models import (
    Activity,
    ActivityContent,
    ActivityFormat,
    ActivityList,
    ActivityStatus,
    CommercialSupportInput,
    DeliveryMethod,
    Fee,
    LearnersInput,
    Measure,
    MeasureKind,
    MissingList,
    OutcomeMeasureInput,
    Problem,
    Providership,
    Registration,
)
from openpars_client.types import Unset

PROVIDER = "0000001"
SERIES = "GR-IM-PYTHON"

client = AuthenticatedClient(base_url=os.environ["OPENPARS_URL"], token=os.environ["OPENPARS_KEY"])


def push(year: int, content: ActivityContent) -> Activity:
    """Push the series of the academic year that begins in July of this year."""
    content.end_date = date(year + 1, 6, 30)
    saved = activities_push.sync(
        PROVIDER,
        ActivityFormat.REGULARLY_SCHEDULED_SERIES,
        date(year, 7, 1),
        SERIES,
        client=client,
        body=content,
    )
    assert isinstance(saved, Activity), saved
    return saved


def complete() -> ActivityContent:
    """Return all that learners have to know of the series."""
    return ActivityContent(
        title="Internal Medicine Grand Rounds",
        delivery_methods=[DeliveryMethod.IN_PERSON],
        location="Main Auditorium",
        city="Sacramento",
        state="CA",
        country="USA",
        credits_=52,
        description="One hour each week: a patient, the evidence, the change.",
        cme_finder=True,
        fee=Fee.FREE,
        registration=Registration.OPEN,
        url="https://cme.provider-hospital.org/grand-rounds",
        providership=Providership.DIRECT,
    )


def main() -> None:
    """Draft, active, ready to close, refused, answered, closed, and never deleted."""
    this_year = datetime.now(tz=UTC).year

    draft = push(this_year, ActivityContent(title="Internal Medicine Grand Rounds"))
    assert draft.status is ActivityStatus.DRAFT
    missing = activities_missing.sync(
        PROVIDER, draft.activity_id, client=client, for_=ActivityStatus.ACTIVE
    )
    assert isinstance(missing, MissingList)
    assert "activity.credits" in [item.code for item in missing.missing]

    active = push(this_year, complete())
    assert active.status is ActivityStatus.ACTIVE
    assert active.version == draft.version + 1

    ready = push(2024, complete())
    assert ready.status is ActivityStatus.READY_TO_CLOSE
    assert ready.next_status is ActivityStatus.CLOSED

    refusal = activities_close.sync_detailed(PROVIDER, ready.activity_id, client=client)
    assert refusal.status_code is HTTPStatus.CONFLICT
    assert isinstance(refusal.parsed, Problem)
    assert [entry.code for entry in refusal.parsed.errors] == [
        "outcomes.measure",
        "support.answered",
        "learners.physicians",
        "learners.others",
    ]

    answered = activities_update.sync(
        PROVIDER,
        ready.activity_id,
        client=client,
        if_match=f'"{ready.version}"',
        body=ActivityContent(
            outcome_measures=[
                OutcomeMeasureInput(
                    measure=Measure.LEARNER_COMPETENCE, kinds=[MeasureKind.OBJECTIVE]
                )
            ],
            commercial_support=CommercialSupportInput(received=False),
            learners=LearnersInput(physicians=1040, others=0),
        ),
    )
    assert isinstance(answered, Activity), answered
    assert not answered.missing
    assert answered.learners.physicians == 1040

    closed = activities_close.sync(PROVIDER, ready.activity_id, client=client)
    assert isinstance(closed, Activity), closed
    assert closed.status is ActivityStatus.CLOSED
    assert closed.closed_at is not None

    kept = activities_delete.sync(PROVIDER, ready.activity_id, client=client)
    assert isinstance(kept, Problem)
    assert kept.code == "activity.delete_closed"

    page = activities_list.sync(PROVIDER, client=client, status="closed", q=SERIES)
    assert isinstance(page, ActivityList)
    assert [(row.title, row.missing_count) for row in page.data] == [(closed.title, 0)]
    assert isinstance(page.page.total, Unset)
    print(closed.status)


if __name__ == "__main__":
    main()
