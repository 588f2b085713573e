"""The codes of registrations that contradict the board's own data."""

from app.core.errors import declare

BOARD_UNKNOWN = declare(
    "moc.board_unknown",
    422,
    "There is no such board",
    "GET /v1/moc-boards names all boards by their code.",
)
BOARD_NOT_IN_EFFECT = declare(
    "moc.board_not_in_effect",
    422,
    "The board takes no registration for the activity's start date",
    "GET /v1/moc-boards/{board} says from when to when the board takes part.",
)
BOARD_TWICE = declare(
    "moc.board_twice",
    422,
    "A board is listed twice",
    "List each board once, with all its practice areas and credit types.",
)
PRACTICE_AREA_UNKNOWN = declare(
    "moc.practice_area_unknown",
    422,
    "The board has no such practice area",
    "GET /v1/moc-boards/{board} lists the practice areas of the board.",
)
CREDIT_TYPE_UNKNOWN = declare(
    "moc.credit_type_unknown",
    422,
    "The board has no such credit type",
    "GET /v1/moc-boards/{board} lists the credit types of the board.",
)
CREDIT_TYPES_EXCLUSIVE = declare(
    "moc.credit_types_exclusive",
    422,
    "The credit types exclude each other",
    "Choose one of the credit types that the board does not give together.",
)
CONTENT_AREA_NOT_APPLICABLE = declare(
    "moc.content_area_not_applicable",
    422,
    "The board does not ask for content areas",
    "Leave content_areas empty for this board.",
)
CONTENT_AREAS_TOO_MANY = declare(
    "moc.content_areas_too_many",
    422,
    "More content areas than the board takes",
    "Keep those that describe the activity best.",
)
