"""Tables of the providers and accreditors."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import Audited
from app.core.models import Base


class Accreditor(Base):
    """The body that providers report to; it sets their yearly deadline."""

    __tablename__ = "accreditors"

    accreditor_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class AccreditorHistory(Audited, Base):
    """One change of an accreditor: the audit trail. Rows are only ever added."""

    __tablename__ = "accreditor_history"

    accreditor_id: Mapped[str] = mapped_column(
        ForeignKey("accreditors.accreditor_id"), primary_key=True
    )
    change_number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)


class ReportingDeadline(Base):
    """The last day on which providers of one accreditor report one year, where it is another."""

    __tablename__ = "reporting_deadlines"

    accreditor_id: Mapped[str] = mapped_column(
        ForeignKey("accreditors.accreditor_id"), primary_key=True
    )
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    deadline: Mapped[date]


class ReportingDeadlineHistory(Audited, Base):
    """One change of a deadline: the audit trail. Rows are only ever added."""

    __tablename__ = "reporting_deadline_history"

    accreditor_id: Mapped[str] = mapped_column(
        ForeignKey("accreditors.accreditor_id"), primary_key=True
    )
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    change_number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)


class Provider(Base):
    """An accredited provider of continuing medical education, known by seven digits.

    `version` counts the changes of the profile, `contacts_version` those of the contacts
    and their roles.
    """

    __tablename__ = "providers"
    __table_args__ = (
        CheckConstraint("provider_id ~ '^[0-9]{7}$'", name="seven_digits"),
        Index("providers_by_accreditor", "accreditor_id", "provider_id"),
    )

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    accreditor_id: Mapped[str] = mapped_column(ForeignKey("accreditors.accreditor_id"))
    accreditation_status: Mapped[str | None] = mapped_column(Text)
    address_lines: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    city: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    postal_code: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    web_site: Mapped[str | None] = mapped_column(Text)
    contacts_version: Mapped[int] = mapped_column(Integer, server_default="0")
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ProviderHistory(Audited, Base):
    """One change of a provider's profile: the audit trail. Rows are only ever added."""

    __tablename__ = "provider_history"

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
