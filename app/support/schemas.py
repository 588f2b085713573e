"""Commercial support on the wire."""

from typing import Literal

from pydantic import Field

from app.activities.schemas import CommercialSupport, WarningItem
from app.core.replies import Part, WriteOutcome, after_a_write


class SupportSums(Part):
    """What some support adds up to. In-kind help is counted and never priced."""

    amount: float = Field(description="The monetary support, in USD.")
    monetary: int = Field(description="Entries of monetary support.")
    in_kind: int = Field(description="Entries of in-kind support.")
    activities: int = Field(description="Activities that received it.")


class SupportOfYear(SupportSums):
    """What was received in one year."""

    year: int


class SupportOfSource(SupportSums):
    """What one company gave."""

    source: str = Field(description="The company's name, as the directory of supporters has it.")


class SupportTotals(SupportSums):
    """What support adds up to, by year of receipt and by source."""

    by_year: list[SupportOfYear]
    by_source: list[SupportOfSource] = Field(description="The largest amount first.")


class ProviderSupport(SupportTotals):
    """The commercial support of all activities of a provider."""

    provider_id: str
    year: int | None = Field(description="The year that was asked for; null: all years.")


class ActivitySupport(CommercialSupport):
    """The commercial support of an activity, with what it adds up to."""

    activity_id: str
    totals: SupportTotals
    warnings: list[WarningItem] = Field(description="Those of the whole activity.")
    version: int = Field(description="The version of the activity.")
    meta: WriteOutcome | None = after_a_write()


class SuggestedSupporter(Part):
    """A supporter that may be meant."""

    name: str = Field(description="The name to report.")
    matched: str = Field(description="The writing of it that is like what was asked for.")
    likeness: float = Field(description="From 0 to 1, where 1 is the same.")
    origin: Literal["directory", "own"] = Field(
        description="From the directory, or from earlier reports of the provider itself."
    )


class SuggestedSupporters(Part):
    """Supporters that may be meant, the most alike first."""

    data: list[SuggestedSupporter]
