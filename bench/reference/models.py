"""The tables of the reference application."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import Text


class Base(DeclarativeBase):
    """The metadata of the tables."""

    type_annotation_map = {  # noqa: RUF012 - as SQLAlchemy's own documentation has it
        str: Text,
        list[str]: ARRAY(Text),
        list[dict[str, Any]]: JSONB,
        datetime: TIMESTAMP(timezone=True),
    }


class Provider(Base):
    """A provider."""

    __tablename__ = "providers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Activity(Base):
    """An activity."""

    __tablename__ = "activities"
    __table_args__ = (
        UniqueConstraint("provider_id", "format", "start_date", "internal_id"),
        Index("ix_activities_provider_id_updated_at", "provider_id", "updated_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"))
    internal_id: Mapped[str]
    title: Mapped[str]
    format: Mapped[str]
    start_date: Mapped[date]
    end_date: Mapped[date]
    delivery_methods: Mapped[list[str]]
    location: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    credits: Mapped[float | None]
    description: Mapped[str | None]
    cme_finder: Mapped[bool | None]
    fee: Mapped[str | None]
    registration: Mapped[str | None]
    url: Mapped[str | None]
    providership: Mapped[str | None]
    joint_providers: Mapped[list[str]]
    outcome_measures: Mapped[list[dict[str, Any]]]
    support_received: Mapped[bool | None]
    physicians: Mapped[int | None]
    others: Mapped[int | None]
    moc_registered: Mapped[bool]
    attested_by: Mapped[str | None]
    attested_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=lambda: datetime.now(UTC)
    )
    closed_at: Mapped[datetime | None]

    support_sources: Mapped[list["SupportSource"]] = relationship(
        cascade="all, delete-orphan", order_by="SupportSource.id"
    )
    moc_boards: Mapped[list["MocBoard"]] = relationship(
        cascade="all, delete-orphan", order_by="MocBoard.id"
    )


class SupportSource(Base):
    """A commercial supporter of an activity."""

    __tablename__ = "support_sources"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    source: Mapped[str]
    monetary: Mapped[bool]
    amount: Mapped[float | None]
    in_kind: Mapped[bool]
    in_kind_nature: Mapped[list[str]]
    received_year: Mapped[int]


class MocBoard(Base):
    """A registration of an activity with a board."""

    __tablename__ = "moc_boards"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    board: Mapped[str]
    practice_areas: Mapped[list[str]]
    credit_types: Mapped[list[str]]
    credits: Mapped[float]
    content_areas: Mapped[list[str]]
    credit_claim_date: Mapped[date]
    fee: Mapped[str | None]
    registration: Mapped[str | None]
    url: Mapped[str | None]
