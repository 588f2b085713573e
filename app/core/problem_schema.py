"""The problem document as a schema, so that generated clients have a type for errors."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ProblemEntry(BaseModel):
    """One thing that is wrong, and what would be right."""

    code: str = Field(description="A stable code; /problems/{code} explains it.")
    pointer: str = Field(
        description="A JSON pointer into the body; `?name` for a query parameter, "
        "`{name}` for one in the path."
    )
    message: str
    value: Any = Field(description="What was sent there, if it is short.")
    did_you_mean: list[str] = Field(description="What may have been meant, the nearest first.")
    source: str | None = Field(description="The passage of the specification that says so.")


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). Nothing of it was saved."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="A page that explains the code.")
    title: str
    status: int
    code: str = Field(description="A stable code that programs may rely on.")
    detail: str = Field(description="What happened to this request, in words.")
    instance: str = Field(description="The path of the request.")
    request_id: str = Field(description="Names this request in the logs of the server.")
    saved: bool | None = Field(
        description="False: a refused request saves nothing. Null with the code "
        "`server.outcome_unknown` alone."
    )
    retryable: bool = Field(description="Whether the same request may succeed later.")
    errors: list[ProblemEntry] = Field(description="Everything that is wrong, at most 100.")
    related: list[dict[str, Any]] = Field(description="Other records that play a part.")
