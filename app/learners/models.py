"""Tables of the learners: what was counted each year, and the completions of each one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Sequence,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base, belongs_to

COMPLETION_NUMBERS = Sequence(
    "completion_numbers", metadata=Base.metadata, start=100000000001, maxvalue=999999999999
)
# As PostgreSQL shows it: the schema and the models are compared as text.
_NEXT_NUMBER = text("(nextval('completion_numbers'::regclass))::text")


class LearnerSnapshot(Base):
    """The learners that an enduring material had counted in all by the end of a year."""

    __tablename__ = "learner_snapshots"
    __table_args__ = (belongs_to("activities", "activity_id", goes_with_it=True),)

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    physicians: Mapped[int]
    others: Mapped[int]


class LearnerCompletion(Base):
    """One learner's individual completion of one activity.

    The foreign key has no cascade: it is the last of the three nets that keep an
    activity with completions from being deleted.
    """

    __tablename__ = "learner_completions"
    __table_args__ = (
        belongs_to("activities", "activity_id", goes_with_it=False),
        Index("learner_completions_credit", "provider_id", "credit_id", unique=True),
        Index("learner_completions_activity", "provider_id", "activity_id", "completion_id"),
    )

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    completion_id: Mapped[str] = mapped_column(Text, primary_key=True, server_default=_NEXT_NUMBER)
    activity_id: Mapped[str] = mapped_column(Text)
    credit_id: Mapped[str | None] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    birth_month_day: Mapped[str | None] = mapped_column(Text)
    license_state: Mapped[str | None] = mapped_column(Text)
    license_id: Mapped[str | None] = mapped_column(Text)
    npi: Mapped[str | None] = mapped_column(Text)
    completed_on: Mapped[date]
    credits: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    board_credits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    # Who wrote the version that stands here; those before it are in the history.
    actor_kind: Mapped[str | None] = mapped_column(Text)
    credential_id: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)


class LearnerCompletionHistory(Base):
    """A version of a completion that was corrected or deleted since. Rows are only added."""

    __tablename__ = "learner_completion_history"
    __table_args__ = (
        Index("learner_completion_history_activity", "provider_id", "activity_id", "completion_id"),
    )

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    completion_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    action: Mapped[str] = mapped_column(Text)
    actor_kind: Mapped[str | None] = mapped_column(Text)
    credential_id: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class LearnerBoardDay(Base):
    """A day that a learner has completed an activity on, for a board that takes it once."""

    __tablename__ = "learner_board_days"
    __table_args__ = (
        ForeignKeyConstraint(
            ["provider_id", "completion_id"],
            ["learner_completions.provider_id", "learner_completions.completion_id"],
            name="learner_board_days_completions_fkey",
            ondelete="CASCADE",
        ),
        Index("learner_board_days_completion", "provider_id", "completion_id"),
    )

    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    board: Mapped[str] = mapped_column(Text, primary_key=True)
    board_learner_id: Mapped[str] = mapped_column(Text, primary_key=True)
    completed_on: Mapped[date] = mapped_column(primary_key=True)
    completion_id: Mapped[str] = mapped_column(Text)
