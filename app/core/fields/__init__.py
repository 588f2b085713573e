"""The types of fields that clients write: strict, with our error codes and clean schemas.

Each is an annotation for pydantic models::

    class Session(Written):
        title: Annotated[str, Text(500)] | None = None
        description: Annotated[str, Text(5000, multiline=True)] | None = None
        session_id: Annotated[str, Identifier(50)] | None = None
        starts_on: IsoDate | None = None
        credits: Credits | None = None

A field takes exactly its JSON type. `Written` is the base of all models that clients
send: members it does not know are refused, and nothing is converted.
"""

from app.core.fields.base import ReadBy, Written, wrong
from app.core.fields.dates import IsoDate
from app.core.fields.numbers import Count, Credits, Money
from app.core.fields.texts import HttpUrl, Identifier, Text

__all__ = [
    "Count",
    "Credits",
    "HttpUrl",
    "Identifier",
    "IsoDate",
    "Money",
    "ReadBy",
    "Text",
    "Written",
    "wrong",
]
