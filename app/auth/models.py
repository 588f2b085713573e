"""The table of credentials."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import Audited
from app.core.models import Base


class Credential(Base):
    """A key of a machine client. Only the SHA-256 of the key is kept.

    A key is looked up before its provider is known, so row-level security lets a
    transaction see the one credential that it names; a provider sees those that speak for
    it. Rows are never deleted: a revoked credential still explains the audit trail.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        CheckConstraint("mode IN ('live', 'test')", name="mode"),
        CheckConstraint("kind IN ('provider', 'vendor', 'accreditor', 'operator')", name="kind"),
        CheckConstraint(
            "(kind = 'accreditor') = (accreditor_id IS NOT NULL)"
            " AND CASE kind WHEN 'provider' THEN cardinality(providers) = 1"
            " WHEN 'vendor' THEN true ELSE cardinality(providers) = 0 END",
            name="speaks_for",
        ),
        Index("credentials_by_provider", "providers", postgresql_using="gin"),
        Index("credentials_by_age", "created_at", "credential_id"),
    )

    credential_id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    providers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    # The table of accreditors belongs to a room above this one.
    accreditor_id: Mapped[str | None] = mapped_column(Text, ForeignKey("accreditors.accreditor_id"))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[str | None] = mapped_column(Text)
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[str | None] = mapped_column(Text)


class CredentialHistory(Audited, Base):
    """One change of a credential: the audit trail. Rows are only ever added.

    As in every trail, `credential_id` is who made the change.
    """

    __tablename__ = "credential_history"

    changed_credential_id: Mapped[str] = mapped_column(Text, primary_key=True)
    change_number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
