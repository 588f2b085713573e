"""Everything that can be set from outside, each as an environment variable `PARS_...`."""

import logging
import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.database_url import BadAddressError, understood_url

PREFIX = "PARS_"
# What `pars push` is told about the server that it sends to; no setting of a server's own.
SERVER_TO_PUSH_TO, KEY_TO_PUSH_WITH = f"{PREFIX}SERVER", f"{PREFIX}KEY"
SHORTEST_SECRET = 32
SECRET_FIELDS = frozenset(
    # An address may hold a password.
    {
        "database_url",
        "migration_url",
        "previous_secret_keys",
        "rate_limit_store",
        "replica_url",
        "sandbox_migration_url",
        "sandbox_url",
        "secret_key",
    }
)

LogLevel = Literal["debug", "info", "warning", "error"]


class BadSettingsError(Exception):
    """Settings that nothing can start with; the message has one line for each of them."""


def _wrong(what_is_right: str) -> PydanticCustomError:
    # Pydantic reads a template, in which a brace would begin a placeholder.
    return PydanticCustomError("setting", "{words}", {"words": what_is_right})


def _database_url(value: str) -> str:
    try:
        return understood_url(value)
    except BadAddressError as error:
        raise _wrong(str(error)) from None


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        right = "an address such as http://collector.example.org:4318"
        raise _wrong(right)
    return value


def _zone_name(value: str) -> str:
    if value not in available_timezones():
        near = get_close_matches(value, available_timezones(), n=1) or ["America/Chicago"]
        right = f"a time zone by its IANA name, such as {near[0]}"
        raise _wrong(right)
    return value


def _own_folder(value: Path) -> Path:
    try:
        return value.expanduser().absolute()
    except RuntimeError:
        right = "a folder; there is no such user, or no home of theirs"
        raise _wrong(right) from None


def _default_data_dir() -> Path:
    """Return the folder for data of this user, by the XDG rule."""
    home = os.environ.get("XDG_DATA_HOME", "")
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "share"
    return base / "openpars"


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]


class Settings(BaseSettings):
    """What the process was started with; nothing changes it afterwards."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    database_url: DatabaseUrl | None = Field(
        default=None, description="A PostgreSQL 15 to 18; without it an embedded one runs."
    )
    migration_url: DatabaseUrl | None = Field(
        default=None, description="Where migrations connect to, when not through database_url."
    )
    replica_url: DatabaseUrl | None = Field(
        default=None,
        description="A streaming replica; lists, exports, directory and catalog are read there.",
    )
    sandbox_url: DatabaseUrl | None = Field(
        default=None,
        description="A second database, for the test keys; beside an embedded one it is made.",
    )
    sandbox_migration_url: DatabaseUrl | None = Field(
        default=None,
        description="Where migrations of the sandbox connect to, when not through sandbox_url.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8000, description="The port to listen on; 0 takes any that is free."
    )
    workers: Annotated[int, Field(ge=1, le=256)] = Field(
        default=1, description="How many processes serve requests."
    )
    data_dir: Annotated[Path, AfterValidator(_own_folder)] = Field(
        default_factory=_default_data_dir,
        description="Where the embedded database and generated secrets are kept.",
    )
    reporting_timezone: Annotated[str, AfterValidator(_zone_name)] = Field(
        default="America/Chicago", description="The time zone whose midnight ends a day."
    )
    secret_key: SecretStr | None = Field(
        default=None, description="Signs what clients hand back; one for all processes."
    )
    previous_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Former secret keys, with commas between them: what they signed holds.",
    )
    pool_size: Annotated[int, Field(ge=1, le=200)] = Field(
        default=10, description="Database connections of each worker."
    )
    most_waiting: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=200,
        description="Requests of each worker that may wait; others get 503.",
    )
    rate_limit_per_credential: Annotated[int, Field(ge=0)] = Field(
        default=60_000, description="Units a minute for each credential; 0 is no limit."
    )
    rate_limit_per_provider: Annotated[int, Field(ge=0)] = Field(
        default=120_000, description="Units a minute for each provider; 0 is no limit."
    )
    rate_limit_store: str = Field(
        default="memory://",
        description="Where spent units are counted: each worker's memory, or redis://...",
    )
    stop_notice: Annotated[float, Field(ge=0, le=300)] = Field(
        default=1,
        description="Seconds for which a server that is told to stop says so at /readyz"
        " and serves on.",
    )
    log_level: LogLevel = Field(default="info", description="How much is logged.")
    otel_endpoint: Annotated[str, AfterValidator(_web_address)] | None = Field(
        default=None,
        description="An OpenTelemetry collector that gets traces, as http://host:4318.",
    )

    @field_validator("sandbox_url")
    @classmethod
    def _another_database(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and value == info.data.get("database_url"):
            right = "another database than PARS_DATABASE_URL, since its records can be reset"
            raise _wrong(right)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            right = f"at least {SHORTEST_SECRET} random characters"
            raise _wrong(right)
        return value

    @field_validator("previous_secret_keys", mode="before")
    @classmethod
    def _with_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @property
    def reporting_zone(self) -> ZoneInfo:
        """The time zone whose midnight ends a day."""
        return ZoneInfo(self.reporting_timezone)

    @property
    def logging_level(self) -> int:
        """The number that the standard library gives to the level."""
        return logging.getLevelNamesMapping()[self.log_level.upper()]

    @property
    def migrations_url(self) -> str | None:
        """The address that migrations connect to."""
        return self.migration_url or self.database_url

    @property
    def sandbox_migrations_url(self) -> str | None:
        """The address that migrations of the sandbox connect to."""
        return self.sandbox_migration_url or self.sandbox_url

    @property
    def sandbox_pool_size(self) -> int:
        """How many connections the sandbox has: half as many as the live database."""
        return (self.pool_size + 1) // 2


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises BadSettingsError with one line for each variable that is wrong: its name,
    its value unless that is secret, and what would be right.
    """
    lines = _unknown_variables(os.environ)
    try:
        settings = Settings()
    except ValidationError as error:
        lines += [_line(problem) for problem in error.errors()]
        raise BadSettingsError("\n".join(lines)) from None
    if lines:
        raise BadSettingsError("\n".join(lines))
    return settings


def _line(problem: ErrorDetails) -> str:
    field = str(problem["loc"][0])
    name = f"{PREFIX}{field.upper()}"
    shown = name if field in SECRET_FIELDS else f"{name}={problem['input']}"
    if problem["type"] == "setting":
        return f"{shown} is wrong: it must be {problem['ctx']['words']}."
    said = str(problem["msg"])
    return f"{shown} is wrong: {said[0].lower()}{said[1:]}."


def _unknown_variables(environment: Mapping[str, str]) -> list[str]:
    known = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    lines = []
    for name in sorted(set(environment) - {SERVER_TO_PUSH_TO, KEY_TO_PUSH_WITH}):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}."
            lines.append(f"{name} is not a setting; {hint}")
    return lines
