"""Profiles and deadlines of providers on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from app.core.fields import HttpUrl, Identifier, Text
from app.core.replies import Part, WriteOutcome, after_a_write
from app.core.unanswered import NullMeans

AccreditationStatus = Literal[
    "provisional",
    "accreditation",
    "accreditation_with_commendation",
    "probation",
    "nonaccreditation",
]


class ProfileAddress(Part):
    """Where a provider is found: the part of its profile that it writes itself."""

    address_lines: Annotated[
        list[Annotated[str, Text(200)]], Field(max_length=4), NullMeans(list)
    ] = Field(default=[], description="Street, building and room, one line each.")
    city: Annotated[str, Text(100)] | None = None
    state: Annotated[str, Text(100)] | None = Field(
        default=None, description="In the USA the two letters, such as CA."
    )
    postal_code: Annotated[str, Text(20)] | None = None
    country: Annotated[str, Text(100)] | None = Field(
        default=None, description="Three letters (ISO 3166-1), such as USA."
    )
    web_site: HttpUrl | None = None


class ProfileContent(ProfileAddress):
    """A profile without what only the system writes."""

    name: Annotated[str, Text(255)]
    accreditor: Annotated[str, Identifier(100)] = Field(
        description="Whom the provider reports to, such as ACCME."
    )
    accreditation_status: AccreditationStatus | None = None


class ProfileChange(ProfileAddress):
    """What a merge patch may say of a profile.

    Name, accreditor and accreditation status are the accreditor's to change.
    """

    name: Annotated[str, Text(255)] | None = None
    accreditor: Annotated[str, Identifier(100)] | None = None
    accreditation_status: AccreditationStatus | None = None


class ProviderProfile(ProfileContent):
    """A provider's profile as it stands."""

    provider_id: str
    version: int
    created_at: datetime
    updated_at: datetime
    meta: WriteOutcome | None = after_a_write()


class ReportingDeadlineRow(Part):
    """Until when the activities that ended in a year are reported."""

    year: int = Field(description="The year in which the activities ended.")
    deadline: datetime = Field(description="The last minute, with the offset of the zone.")
    last_day: date
    set_by: Literal["accreditor", "rule"] = Field(
        description="A day that the accreditor set, or the rule of March 31."
    )
    passed: bool


class DeadlineList(Part):
    """The deadlines of a provider."""

    accreditor: str
    time_zone: str
    data: list[ReportingDeadlineRow]
