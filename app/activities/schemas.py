"""An activity on the wire: what clients send and what they read."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from app.core.fields import (
    Count,
    Credits,
    HttpUrl,
    Identifier,
    IsoDate,
    Money,
    Text,
)
from app.core.fields.lists import EachOnce, no_more_than
from app.core.replies import Part, WriteOutcome, after_a_write, left_out_unless
from app.core.unanswered import NullMeans

FormatName = Literal[
    "live_course",
    "regularly_scheduled_series",
    "enduring_material",
    "journal_cme",
    "manuscript_review",
    "test_item_writing",
    "committee_learning",
    "performance_quality_improvement",
    "internet_searching_and_learning",
    "learning_from_teaching",
    "other_blended",
]
StatusName = Literal["draft", "active", "ready_to_close", "closed"]
RequiredStatus = Literal["active", "ready_to_close"]
DeliveryMethod = Literal["in_person", "live_streamed", "online", "print_other"]
Fee = Literal["yes", "free", "variable"]
Registration = Literal["open", "limited"]
Providership = Literal["direct", "joint"]
Measure = Literal[
    "learner_knowledge",
    "learner_competence",
    "learner_performance",
    "patient_health",
    "community_health",
]
MeasureKind = Literal["objective", "subjective"]
InKindNature = Literal[
    "durable_equipment",
    "facilities_space",
    "disposable_supplies",
    "animal_parts",
    "human_parts",
    "other",
]
Name = Annotated[str, Text(255)]

MOST_MEASURES: Final = 5
MOST_SOURCES: Final = 200
MOST_BOARDS: Final = 50

EmptyWhenNull = NullMeans(list)


class OutcomeMeasure(Part):
    """What the activity was measured to change, and how."""

    measure: Measure
    kinds: Annotated[list[MeasureKind], no_more_than(MeasureKind), EachOnce, EmptyWhenNull] = Field(
        default_factory=list, description="Objective and/or subjective, or neither stated."
    )


class SupportSource(Part):
    """One ineligible company and what it gave."""

    source: Name = Field(description="The company's name.")
    monetary: bool | None = None
    amount: Money | None = Field(default=None, description="In USD; only when monetary.")
    in_kind: bool | None = None
    in_kind_nature: Annotated[
        list[InKindNature], no_more_than(InKindNature), EachOnce, EmptyWhenNull
    ] = Field(default_factory=list)
    received_year: Annotated[int, Field(ge=1900, le=2200)] | None = Field(
        default=None, description="The year of the end date when left out."
    )


class CommercialSupport(Part):
    """Whether commercial support was received, and from whom."""

    received: bool | None = None
    sources: Annotated[list[SupportSource], Field(max_length=MOST_SOURCES), EmptyWhenNull] = Field(
        default_factory=list
    )


class Learners(Part):
    """Learner counts. Zero is an answer, null is not."""

    physicians: Count | None = None
    others: Count | None = None


class Attestation(Part):
    """Who attested for MOC, and when."""

    attested_by: Name | None = None
    attested_on: IsoDate | None = None


class MocBoardRegistration(Part):
    """The registration with one certifying board."""

    board: Annotated[str, Text(20)] = Field(description="The board's code, such as ABIM.")
    practice_areas: Annotated[list[Name], Field(max_length=100), EachOnce, EmptyWhenNull] = Field(
        default_factory=list
    )
    credit_types: Annotated[list[Name], Field(max_length=20), EachOnce, EmptyWhenNull] = Field(
        default_factory=list
    )
    credits: Credits | None = None
    content_areas: Annotated[list[Name], Field(max_length=20), EachOnce, EmptyWhenNull] = Field(
        default_factory=list
    )
    credit_claim_date: IsoDate | None = None
    fee: Fee | None = Field(default=None, description="The activity's when left out.")
    registration: Registration | None = Field(
        default=None, description="The activity's when left out."
    )
    url: HttpUrl | None = Field(default=None, description="The activity's when left out.")


def _answered(attestation: Any) -> Any:
    """Return an attestation that says something, as model or document; any other is none."""
    answers = vars(attestation) if isinstance(attestation, Attestation) else attestation or {}
    return attestation if any(answer is not None for answer in answers.values()) else None


class Moc(Part):
    """Maintenance or Continuing Certification."""

    registered: Annotated[bool, NullMeans(lambda: False)] = False
    attestation: Annotated[Attestation | None, AfterValidator(_answered)] = None
    boards: Annotated[list[MocBoardRegistration], Field(max_length=MOST_BOARDS), EmptyWhenNull] = (
        Field(default_factory=list)
    )


class ActivityContent(Part):
    """What a client says of an activity. Left out, null or an empty list: unanswered."""

    internal_id: Annotated[str, Identifier(100)] | None = Field(
        default=None, description="The provider's own code for the activity."
    )
    title: Annotated[str, Text(500)] | None = None
    format: FormatName | None = None
    start_date: IsoDate | None = None
    end_date: IsoDate | None = None
    delivery_methods: Annotated[
        list[DeliveryMethod], no_more_than(DeliveryMethod), EachOnce, EmptyWhenNull
    ] = Field(default_factory=list)
    location: Name | None = Field(default=None, description="The name of the place.")
    city: Annotated[str, Text(100)] | None = None
    state: Annotated[str, Text(100)] | None = Field(
        default=None, description="In the USA the two letters, such as CA."
    )
    country: Annotated[str, Text(100)] | None = Field(
        default=None, description="Three letters (ISO 3166-1), such as USA."
    )
    credits: Credits | None = Field(
        default=None, description="AMA PRA Category 1 Credit, in steps of 0.25."
    )
    description: Annotated[str, Text(2500, multiline=True)] | None = None
    cme_finder: bool | None = Field(default=None, description="List it in the public search?")
    fee: Fee | None = None
    registration: Registration | None = None
    url: HttpUrl | None = None
    providership: Providership | None = None
    joint_providers: Annotated[list[Name], Field(max_length=100), EachOnce, EmptyWhenNull] = Field(
        default_factory=list
    )
    outcome_measures: Annotated[
        list[OutcomeMeasure], Field(max_length=MOST_MEASURES), EmptyWhenNull
    ] = Field(default_factory=list)
    commercial_support: Annotated[CommercialSupport, NullMeans(CommercialSupport)] = (
        CommercialSupport()
    )
    learners: Annotated[Learners, NullMeans(Learners)] = Learners()
    moc: Annotated[Moc, NullMeans(Moc)] = Moc()


class MissingItem(Part):
    """One thing a record lacks: what to do, where, why, and what it blocks."""

    code: str
    pointer: str
    text: str
    because: str | None
    blocks: StatusName
    source: str


class WarningItem(Part):
    """Something that looks wrong and blocks nothing."""

    code: str
    pointer: str
    text: str
    because: str | None
    severity: Literal["warning"]
    source: str


class Activity(ActivityContent):
    """An activity as it stands: what was said of it, and what follows from that today."""

    activity_id: str = Field(description="Nine digits, issued by the system.")
    provider_id: str
    # Without these there is no record.
    title: str
    format: FormatName
    start_date: IsoDate
    end_date: IsoDate
    status: StatusName
    next_status: StatusName | None
    missing: list[MissingItem] = Field(description="What the next status lacks.")
    warnings: list[WarningItem]
    version: int
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    meta: WriteOutcome | None = after_a_write()


class Page(Part):
    """Where the list goes on."""

    next_cursor: str | None
    limit: int
    total: int | None = left_out_unless("Only with count=exact.")


class MissingList(Part):
    """Everything a record lacks up to a status."""

    activity_id: str
    status: StatusName
    up_to: StatusName = Field(alias="for", description="The list goes up to this status.")
    missing: list[MissingItem]
