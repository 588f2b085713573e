"""What the reference application takes and gives."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict


class SupportSource(BaseModel):
    """A commercial supporter of an activity."""

    model_config = ConfigDict(from_attributes=True)

    source: str
    monetary: bool
    amount: float | None = None
    in_kind: bool
    in_kind_nature: list[str] = []
    received_year: int


class MocBoard(BaseModel):
    """A registration of an activity with a board."""

    model_config = ConfigDict(from_attributes=True)

    board: str
    practice_areas: list[str]
    credit_types: list[str]
    credits: float
    content_areas: list[str] = []
    credit_claim_date: date
    fee: str | None = None
    registration: str | None = None
    url: str | None = None


class OutcomeMeasure(BaseModel):
    """An outcome that was measured."""

    measure: str
    kinds: list[str]


class ActivityContent(BaseModel):
    """What a client says about an activity."""

    title: str
    end_date: date
    delivery_methods: list[str] = []
    location: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    credits: float | None = None
    description: str | None = None
    cme_finder: bool | None = None
    fee: str | None = None
    registration: str | None = None
    url: str | None = None
    providership: str | None = None
    joint_providers: list[str] = []
    outcome_measures: list[OutcomeMeasure] = []
    support_received: bool | None = None
    support_sources: list[SupportSource] = []
    physicians: int | None = None
    others: int | None = None
    moc_registered: bool = False
    attested_by: str | None = None
    attested_on: date | None = None
    moc_boards: list[MocBoard] = []


class ActivityChange(BaseModel):
    """A change of some fields of an activity."""

    title: str | None = None
    description: str | None = None
    physicians: int | None = None
    others: int | None = None


class Activity(ActivityContent):
    """An activity."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    provider_id: str
    internal_id: str
    format: str
    start_date: date
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class ActivitySummary(BaseModel):
    """A row of a list of activities."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    internal_id: str
    title: str
    format: str
    start_date: date
    end_date: date
    credits: float | None
    updated_at: datetime
    closed_at: datetime | None
