"""Tables of the activity and of all that belongs to it.

Every table has the provider first in its primary key and in every foreign key, so that
the data can be spread over many machines by provider.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Sequence,
    Text,
    TextClause,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.activities.warning_rules import OWN
from app.core.models import Base, belongs_to

ACTIVITY_NUMBERS = Sequence(
    "activity_numbers", metadata=Base.metadata, start=100000001, maxvalue=999999999
)
_EMPTY_ARRAY = text("'{}'")


# In the lines in which PostgreSQL shows it: the schema and the models are compared as text.
_INTERNAL_ID_OR_EMPTY = text("""(
CASE
    WHEN internal_id IS NULL THEN ''
    ELSE internal_id
END)""")


_SEARCHED = """
lower(
CASE
    WHEN (internal_id IS NULL) THEN title
    ELSE ((title || chr(10)) || internal_id)
END)"""


def _in_order_of(
    column: str, key: TextClause | None = None, *, holding: tuple[str, ...] = ()
) -> Index:
    """Return the index that lists of a provider's activities in this order run along."""
    return Index(
        f"activities_by_{column}",
        "provider_id",
        column if key is None else key,
        "activity_id",
        postgresql_include=holding,
    )


def _drawing(code: str) -> Index:
    """Return the index of a provider's activities that draw a warning."""
    return Index(
        f"activities_warned_{code.replace('.', '_')}",
        "provider_id",
        "activity_id",
        postgresql_where=text(f"'{code}' = ANY (warning_codes)"),
    )


class Activity(Base):
    """One educational activity, reported as one record. Its status is not stored."""

    __tablename__ = "activities"
    __table_args__ = (
        Index(
            "activities_identity",
            "provider_id",
            "format",
            "start_date",
            "internal_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        # What is searched stands in the index: a search looks at no record that it does not find.
        _in_order_of("updated_at", holding=("searched", "moc_registered")),
        _in_order_of("created_at"),
        _in_order_of("start_date"),
        _in_order_of("end_date"),
        _in_order_of("title"),
        _in_order_of("internal_id", _INTERNAL_ID_OR_EMPTY),
        # How an accreditor's list across its providers begins.
        Index("activities_across_by_updated_at", "updated_at", "activity_id"),
        Index(
            "activities_listed",
            "end_date",
            "provider_id",
            "activity_id",
            postgresql_where=text("cme_finder AND closed_at IS NULL"),
        ),
        *map(_drawing, OWN),
    )

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.provider_id"), primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    internal_id: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    start_date: Mapped[date]
    end_date: Mapped[date]
    delivery_methods: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY_ARRAY)
    location: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    credits: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    description: Mapped[str | None] = mapped_column(Text)
    cme_finder: Mapped[bool | None]
    fee: Mapped[str | None] = mapped_column(Text)
    registration: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    providership: Mapped[str | None] = mapped_column(Text)
    joint_providers: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY_ARRAY)
    outcome_measures: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )
    support_received: Mapped[bool | None]
    physicians: Mapped[int | None]
    others: Mapped[int | None]
    moc_registered: Mapped[bool] = mapped_column(server_default=text("false"))
    attested_by: Mapped[str | None] = mapped_column(Text)
    attested_on: Mapped[date | None]
    # Set by a trigger, whatever statement writes the attestation.
    attestation_text_version: Mapped[str | None] = mapped_column(Text)
    # What a search looks through: the title and the internal id, as small letters.
    searched: Mapped[str] = mapped_column(Text, Computed(_SEARCHED, persisted=True))
    # What lists find warnings by: those that the content gives rise to, worked out with it.
    warning_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY_ARRAY)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class CommercialSupportSource(Base):
    """Money or in-kind help from one ineligible company for one activity."""

    __tablename__ = "commercial_support_sources"
    __table_args__ = (belongs_to("activities", "activity_id", goes_with_it=True),)

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str | None] = mapped_column(Text)
    monetary: Mapped[bool | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    in_kind: Mapped[bool | None]
    in_kind_nature: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY_ARRAY)
    received_year: Mapped[int | None]


class MocRegistration(Base):
    """The registration of one activity with one certifying board."""

    __tablename__ = "moc_registrations"
    __table_args__ = (
        belongs_to("activities", "activity_id", goes_with_it=True),
        Index("moc_registrations_by_board", "provider_id", "board", "activity_id"),
    )

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    board: Mapped[str] = mapped_column(Text)
    practice_areas: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY_ARRAY)
    credit_types: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY_ARRAY)
    credits: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    content_areas: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY_ARRAY)
    credit_claim_date: Mapped[date | None]
    fee: Mapped[str | None] = mapped_column(Text)
    registration: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)


class ActivityHistory(Base):
    """One change of one activity: the audit trail. Rows are only ever added.

    The entry of a new record keeps the content as it was entered, of which its changes
    follow; every later one keeps the fields that changed.
    """

    __tablename__ = "activity_history"
    __table_args__ = (
        Index("activity_history_feed", "provider_id", "transaction_id", "change_number"),
    )

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    change_number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    action: Mapped[str] = mapped_column(Text)
    actor_kind: Mapped[str] = mapped_column(Text)
    credential_id: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(Text)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    reason: Mapped[str | None] = mapped_column(Text)
    transaction_id: Mapped[int] = mapped_column(
        BigInteger, server_default=text("pg_current_xact_id()::text::bigint")
    )
    # As text, in the order of the document, and not taken apart: it is only ever read whole.
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class ActivityTombstone(Base):
    """What remains of a deleted activity: which one it was, and its last content."""

    __tablename__ = "activity_tombstones"

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
