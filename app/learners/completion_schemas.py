"""Learner completions on the wire."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from app.activities.schemas import EmptyWhenNull, Name, WarningItem
from app.core.fields import Credits, Identifier, IsoDate, Text
from app.core.replies import ListPage, Part, WriteOutcome, after_a_write
from app.learners.completion_fields import BirthMonthDay, Npi, PersonId, PersonName

CompletionChange = Literal["recorded", "corrected", "deleted"]

MOST_BOARD_CREDITS: Final = 50


class BoardCredit(Part):
    """Credit of one type that a board gives the learner."""

    board: Annotated[str, Text(20)] = Field(description="The board's code, such as ABIM.")
    board_learner_id: PersonId = Field(description="What the board knows the learner by.")
    credit_type: Name
    credits: Credits


class CompletionContent(Part):
    """What a client says of one learner's completion."""

    credit_id: Annotated[str, Identifier(300)] | None = Field(
        default=None,
        description="The client's own id, unique among the provider's completions. Batches"
        " and imports need it; posted without one, the same again is another completion.",
    )
    given_name: PersonName
    family_name: PersonName
    birth_month_day: BirthMonthDay | None = Field(
        default=None, description="MM-DD. A year that is sent is dropped and never stored."
    )
    license_state: Annotated[str, Text(100)] | None = Field(
        default=None, description="The state of the USA that issued the licence, such as CA."
    )
    license_id: PersonId | None = None
    npi: Npi | None = Field(default=None, description="National Provider Identifier.")
    completed_on: IsoDate
    credits: Credits | None = Field(
        default=None, description="AMA PRA Category 1 Credit, at most what the activity gives."
    )
    board_credits: Annotated[
        list[BoardCredit], Field(max_length=MOST_BOARD_CREDITS), EmptyWhenNull
    ] = Field(default_factory=list)


def nothing_required(schema: dict[str, Any]) -> None:
    """Document a model of which any members may be sent."""
    schema.pop("required", None)


class CompletionPatch(CompletionContent):
    """What a correction changes of a completion; null clears."""

    model_config = ConfigDict(json_schema_extra=nothing_required)


class Completion(CompletionContent):
    """One learner's completion as it stands."""

    completion_id: str = Field(description="Twelve digits, issued by the system.")
    activity_id: str
    provider_id: str
    version: int
    created_at: datetime
    updated_at: datetime
    warnings: list[WarningItem]
    meta: WriteOutcome | None = after_a_write()


class CompletionRow(Part):
    """A completion in a list. Without `completions:read_pii` the person is masked."""

    completion_id: str
    credit_id: str | None
    given_name: str
    family_name: str
    birth_month_day: str | None
    license_state: str | None
    license_id: str | None
    npi: str | None
    completed_on: IsoDate
    credits: Credits | None
    board_credits: list[BoardCredit]
    version: int
    created_at: datetime
    updated_at: datetime


class CompletionList(Part):
    """A page of completions, the earliest reported first."""

    data: list[CompletionRow]
    page: ListPage


class CompletionCounts(Part):
    """How many completions there are, by what was last done with them."""

    recorded: int = Field(description="As they were first reported.")
    corrected: int
    deleted: int = Field(description="No longer there.")


class CountedLearners(Part):
    """The learner counts of the activity."""

    physicians: int | None
    others: int | None


class CompletionSummary(Part):
    """Completions of one activity beside its learner counts."""

    activity_id: str
    total: int = Field(description="Completions that are there: recorded and corrected ones.")
    counts: CompletionCounts
    learners: CountedLearners
    warnings: list[WarningItem]


class CompletionActor(Part):
    """Who wrote a version."""

    kind: str | None
    credential_id: str | None


class CompletionVersion(Part):
    """One version of a completion: when it was written, by whom, and what it said."""

    version: int
    at: datetime
    action: CompletionChange
    actor: CompletionActor
    request_id: str | None
    completion: CompletionRow | None = Field(description="Null where it was deleted.")


class CompletionHistory(Part):
    """Every version of a completion, the first one first."""

    data: list[CompletionVersion]
