"""Tables of the imports. Every one has the provider first in its key."""

import builtins
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.scopes import Kind as CredentialKind
from app.core.models import Base, belongs_to
from app.core.worlds import Mode
from app.imports.readers.rows import FormatName, Kind


class Import(Base):
    """One file that was sent, the job that takes it in, and how far the job has come.

    `position` is the number of rows whose effects are saved: it changes only in the
    transaction of those effects. `attempt` counts the workers that took the job, so that
    one that lost it can tell.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("kind IN ('activities', 'completions')", name="kind"),
        CheckConstraint(
            "state IN ('receiving', 'queued', 'running', 'succeeded', 'succeeded_with_errors',"
            " 'failed', 'cancelled')",
            name="state",
        ),
        Index("imports_by_digest", "provider_id", "digest"),
    )

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.provider_id"), primary_key=True)
    import_id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[Kind] = mapped_column(Text)
    format: Mapped[FormatName] = mapped_column(Text)
    dry_run: Mapped[bool]
    state: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    digest: Mapped[builtins.bytes | None] = mapped_column(LargeBinary)
    actor_kind: Mapped[CredentialKind] = mapped_column(Text)
    mode: Mapped[Mode] = mapped_column(Text)
    credential_id: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sandbox_date: Mapped[date | None]
    layout: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    total: Mapped[int | None]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    causes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    cancel_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ImportPiece(Base):
    """A piece of a file, kept until the file is taken in."""

    __tablename__ = "import_pieces"
    __table_args__ = (belongs_to("imports", "import_id", goes_with_it=True),)

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    import_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportApplied(Base):
    """What became of the rows of one chunk that were not rejected, in runs.

    A run is rows that follow each other and came to the same end, with records whose ids
    follow each other. `rows` and `record_ids` say where it begins; without `lengths`, as
    before there were any, each run is one row.
    """

    __tablename__ = "import_applied"
    __table_args__ = (belongs_to("imports", "import_id", goes_with_it=True),)

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    import_id: Mapped[str] = mapped_column(Text, primary_key=True)
    last_row: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    lengths: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    outcomes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    record_ids: Mapped[list[str | None]] = mapped_column(ARRAY(Text))


class ImportRejected(Base):
    """A row that was rejected, as it was sent but for a year of birth, with every reason."""

    __tablename__ = "import_rejected"
    __table_args__ = (belongs_to("imports", "import_id", goes_with_it=True),)

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    import_id: Mapped[str] = mapped_column(Text, primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    sent: Mapped[str] = mapped_column(Text)
