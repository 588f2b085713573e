"""Reference facts on the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from app.reference.boards import Board
from app.reference.lists import ValueList


class Published(BaseModel):
    """A document, or a part of one, that is only ever read. Every member is always there."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class BoardSummary(Published):
    """A certifying board in the list of all."""

    code: str = Field(description="As it stands in a registration, such as ABIM.")
    name: str
    in_effect_from: date | None = Field(description="The first start date it takes, if known.")
    in_effect_to: date | None = Field(description="The last start date it takes, if it left.")
    href: str

    @classmethod
    def of(cls, board: Board) -> "BoardSummary":
        """Describe a board in one row."""
        return cls(
            code=board.code,
            name=board.name,
            in_effect_from=board.in_effect_from,
            in_effect_to=board.in_effect_to,
            href=f"/v1/moc-boards/{board.code}",
        )


class BoardList(Published):
    """All certifying boards."""

    data: list[BoardSummary]


class ContentAreas(Published):
    """How many content areas a registration names, and whether it must."""

    required: bool
    min: int
    max: int
    note: str | None


class BoardDetail(Published):
    """A certifying board with everything a registration chooses from."""

    code: str
    name: str
    credit_types: list[str] = Field(description="Empty when the board's list is not known here.")
    practice_areas: list[str] = Field(description="Empty when the board's list is not known here.")
    content_areas: ContentAreas | None = Field(description="Null when the board asks for none.")
    in_effect_from: date | None
    in_effect_to: date | None
    exclusive_credit_types: list[list[str]] = Field(
        description="Credit types of which a registration takes only one."
    )
    lists: str | None = Field(description="What is known of the board's lists, if not all.")
    one_completion_a_day: bool = Field(
        description="Whether the board takes one completion of a learner, activity and day."
    )


class ValueEntry(Published):
    """A value that a field may take."""

    code: str
    name: str
    description: str | None


class Values(Published):
    """All values of one list."""

    name: str
    title: str
    data: list[ValueEntry]

    @classmethod
    def of(cls, values: ValueList) -> "Values":
        """Describe a list with all its entries."""
        entries = [ValueEntry.model_validate(entry) for entry in values.entries()]
        return cls(name=values.name, title=values.title, data=entries)


class ListLink(Published):
    """Where a reference list is."""

    name: str
    title: str
    href: str


class ReferenceIndex(Published):
    """All reference lists."""

    data: list[ListLink]
