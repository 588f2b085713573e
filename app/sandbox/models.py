"""The mark of a sandbox."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, func, true
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class SandboxMark(Base):
    """The one row that makes a database a sandbox, in which records can be reset.

    `pars db upgrade` writes it into a database in which nobody is registered. The
    application can neither write nor read it.
    """

    __tablename__ = "sandbox"
    __table_args__ = (CheckConstraint("is_sandbox", name="one_row"),)

    is_sandbox: Mapped[bool] = mapped_column(primary_key=True, server_default=true())
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
