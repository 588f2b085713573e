"""The base of every table, with the names that constraints get."""

from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """A table of OpenPARS.

    Constraint names are part of the contract between the database and the error
    codes, so they follow one convention and stay under 52 bytes.
    """

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(referred_table_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s",
            "ix": "%(table_name)s_%(column_0_name)s",
        }
    )


def belongs_to(table: str, key: str, *, goes_with_it: bool) -> ForeignKeyConstraint:
    """Return the foreign key to a row of the same provider, with which its rows may go."""
    return ForeignKeyConstraint(
        ["provider_id", key],
        [f"{table}.provider_id", f"{table}.{key}"],
        ondelete="CASCADE" if goes_with_it else None,
    )
