"""MOC on the wire: what clients send is that of the record, what they read says more."""

from typing import Annotated, Literal

from pydantic import Field

from app.activities.schemas import Attestation, Fee, MocBoardRegistration, Registration, WarningItem
from app.core.fields import HttpUrl, Text
from app.core.replies import Part, WriteOutcome, after_a_write

Origin = Literal["board", "activity"]
ORIGIN = Field(description="Whose value it is; null when neither has one.")


class BoardRegistration(MocBoardRegistration):
    """The registration with the board that the URL names."""

    # What everybody else has to name stands in the URL here.
    board: Annotated[str, Text(20)] | None = Field(  # type: ignore[assignment]
        default=None, description="Left out, or the board of the URL."
    )


class ResolvedFee(Part):
    """The fee that holds for a board."""

    value: Fee | None
    origin: Origin | None = ORIGIN


class ResolvedRegistration(Part):
    """Who may register, as it holds for a board."""

    value: Registration | None
    origin: Origin | None = ORIGIN


class ResolvedUrl(Part):
    """The address that holds for a board."""

    value: HttpUrl | None
    origin: Origin | None = ORIGIN


class Resolved(Part):
    """What holds for a board: its own value, else the activity's."""

    fee: ResolvedFee
    registration: ResolvedRegistration
    url: ResolvedUrl


class RegisteredBoard(MocBoardRegistration):
    """The registration with one certifying board, and what holds for it."""

    resolved: Resolved


class RecordedAttestation(Attestation):
    """Who attested, when, and to which text."""

    text_version: str | None = Field(
        description="The text that was in force when the attestation was given."
    )


class ActivityMoc(Part):
    """The MOC of an activity, with what holds for each board."""

    registered: bool
    attestation: RecordedAttestation | None
    boards: list[RegisteredBoard]
    activity_id: str
    warnings: list[WarningItem] = Field(description="Those of the whole activity.")
    version: int = Field(description="The version of the activity.")
    meta: WriteOutcome | None = after_a_write()
