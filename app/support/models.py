"""Tables of the supporters' directory. They belong to no provider."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class Supporter(Base):
    """An ineligible company under the name by which reports know it."""

    __tablename__ = "supporters"

    name: Mapped[str] = mapped_column(Text, primary_key=True)


class SupporterAlias(Base):
    """A way in which a supporter's name is written; its own name is one of them.

    The key is what `supporter_key` of the database makes of the writing.
    """

    __tablename__ = "supporter_aliases"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    alias: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(ForeignKey("supporters.name"), index=True)
