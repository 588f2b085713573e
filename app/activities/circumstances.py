"""When a requirement applies to an activity: the conditions, and the words for them."""

from app.activities.formats import FORMATS, IN_PERSON
from app.rules import AllOf, Circumstance, Includes, Is, OneOf, Present

USA = "USA"

_HELD_IN_PERSON = Includes("delivery_methods", IN_PERSON)
_SUPPORTED = Is("support_received", value=True)
_REGISTERED_FOR_MOC = Is("moc_registered", value=True)

DATED = Circumstance("always", None, Present("end_date"))
"""Before an end is given, nothing is to be said of when it is."""

DELIVERED = Circumstance(
    "the format has delivery methods",
    "the format {record.format} has delivery methods",
    OneOf("format", tuple(row.code for row in FORMATS.values() if row.delivery_methods)),
)
HELD_IN_PERSON = Circumstance("held in person", "held in person", _HELD_IN_PERSON)
HELD_IN_THE_USA = Circumstance(
    "held in person in the USA",
    "held in person in the USA",
    AllOf((_HELD_IN_PERSON, Is("country", USA))),
)
LISTED = Circumstance("cme_finder is yes", "cme_finder is yes", Is("cme_finder", value=True))
JOINT = Circumstance("providership is joint", "providership is joint", Is("providership", "joint"))
SUPPORTED = Circumstance(
    "commercial support was received", "commercial support was received", _SUPPORTED
)
SUPPORTER = Circumstance(
    "commercial support was received",
    "{item.source} gave commercial support",
    _SUPPORTED,
    "sources",
)
MONETARY_SUPPORTER = Circumstance(
    "the support of the source is monetary",
    "the support of {item.source} is monetary",
    _SUPPORTED,
    "sources",
    Is("monetary", value=True),
)
REGISTERED_FOR_MOC = Circumstance("registered for MOC", "registered for MOC", _REGISTERED_FOR_MOC)
BOARD = Circumstance(
    "registered for MOC", "registered for MOC with {item.board}", _REGISTERED_FOR_MOC, "boards"
)
BOARD_WITH_CONTENT_AREAS = Circumstance(
    "registered for MOC with a board that asks for a content area",
    "board {item.board} asks for a content area",
    _REGISTERED_FOR_MOC,
    "boards",
    Is("asks_content_area", value=True),
)
