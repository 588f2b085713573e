"""What a reset says of itself."""

from pydantic import BaseModel, Field


class Deleted(BaseModel):
    """How many records of each kind are gone, with everything that belonged to them."""

    activities: int
    completions: int
    contacts: int
    imports: int


class ResetProvider(BaseModel):
    """A provider whose records in the sandbox are gone."""

    provider_id: str
    deleted: Deleted
    planted: bool = Field(description="Whether the records of the demo were entered again.")


class SandboxReset(BaseModel):
    """Whose records were reset."""

    data: list[ResetProvider]
