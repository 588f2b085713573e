"""Tables of the contacts and the roles they hold."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, Sequence, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import Audited
from app.core.models import Base, belongs_to

CONTACT_NUMBERS = Sequence(
    "contact_numbers", metadata=Base.metadata, start=500000001, maxvalue=999999999
)


class Contact(Base):
    """A person whom the provider names as one of its contacts."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("contacts_by_name", "provider_id", "family_name", "given_name", "contact_id"),
    )

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.provider_id"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(Text, primary_key=True)
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    credentials: Mapped[str | None] = mapped_column(Text)
    job_title: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    last_reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ContactRole(Base):
    """One role of one contact. The partial index is the net under the roles of one holder."""

    __tablename__ = "contact_roles"
    __table_args__ = (
        belongs_to("contacts", "contact_id", goes_with_it=False),
        Index(
            "contact_roles_single_holder",
            "provider_id",
            "role",
            unique=True,
            postgresql_where=text("role <> 'staff'"),
        ),
    )

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Text, primary_key=True)


class ContactHistory(Audited, Base):
    """One change of one contact: the audit trail. Rows are only ever added."""

    __tablename__ = "contact_history"

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
