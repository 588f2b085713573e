"""The table of the certifying boards."""

from datetime import date
from typing import Any

from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class MocBoard(Base):
    """A certifying board, with its lists and the time in which it takes registrations.

    Boards join and leave, so they are data. The table belongs to no provider.
    """

    __tablename__ = "moc_boards"

    board: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    credit_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    practice_areas: Mapped[list[str]] = mapped_column(ARRAY(Text))
    content_areas: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # Stands beside the document so that the status in SQL can read it without parsing.
    content_areas_required: Mapped[bool]
    in_effect_from: Mapped[date | None]
    in_effect_to: Mapped[date | None]
    exclusive_credit_types: Mapped[list[list[str]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )
    lists: Mapped[str | None] = mapped_column(Text)
    one_completion_a_day: Mapped[bool] = mapped_column(server_default=text("false"))
