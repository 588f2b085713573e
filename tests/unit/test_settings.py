"""Settings come from the environment, and a bad one stops the start in one line."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.settings import BadSettingsError, Settings, load_settings


def test_everything_has_a_default_but_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    settings = load_settings()
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.data_dir == Path("/somewhere/openpars")
    assert settings.reporting_zone == ZoneInfo("America/Chicago")
    assert settings.database_url is None
    assert settings.secret_key is None


def test_former_secrets_stand_with_commas_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_PREVIOUS_SECRET_KEYS", "the former one, the one before")
    former = load_settings().previous_secret_keys
    assert [one.get_secret_value() for one in former] == ["the former one", "the one before"]
    assert "former" not in repr(load_settings())


def test_a_limit_below_nothing_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_RATE_LIMIT_PER_CREDENTIAL", "-1")
    with pytest.raises(BadSettingsError, match="PARS_RATE_LIMIT_PER_CREDENTIAL=-1 is wrong"):
        load_settings()


def test_data_lies_in_the_home_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert load_settings().data_dir == Path("/home/somebody/.local/share/openpars")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_DATABASE_URL", "")
    monkeypatch.setenv("PARS_PORT", "")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        (
            "PARS_PORT",
            "eight",
            (
                "PARS_PORT=eight is wrong: input should be a valid integer, "
                "unable to parse string as an integer."
            ),
        ),
        (
            "PARS_WORKERS",
            "0",
            "PARS_WORKERS=0 is wrong: input should be greater than or equal to 1.",
        ),
        (
            "PARS_REPORTING_TIMEZONE",
            "America/Chicagoo",
            (
                "PARS_REPORTING_TIMEZONE=America/Chicagoo is wrong: "
                "it must be a time zone by its IANA name, such as America/Chicago."
            ),
        ),
        (
            "PARS_DATABASE_URL",
            "mysql://root:hunter2@db/pars",
            (
                "PARS_DATABASE_URL is wrong: it must be a PostgreSQL address "
                "such as postgresql://user:password@host:5432/pars."
            ),
        ),
        *(
            (
                "PARS_DATABASE_URL",
                f"postgresql://pars:hunter2@{place}",
                (
                    "PARS_DATABASE_URL is wrong: it must be a PostgreSQL address "
                    "whose port is a number up to 65535."
                ),
            )
            for place in ("db:old/pars", "db:70000/pars", "/pars?host=a,b&port=5432,old")
        ),
        (
            "PARS_DATABASE_URL",
            "postgresql://pars:hunter2@db/pars?connect_timeout=5",
            (
                "PARS_DATABASE_URL is wrong: it must be a PostgreSQL address with no other options "
                "than gsslib, host, krbsrvname, passfile, password, port, ssl, sslmode, "
                "target_session_attrs, user; of what else libpq knows, set the variable, such as "
                "PGSSLROOTCERT."
            ),
        ),
        (
            "PARS_SECRET_KEY",
            "hunter2",
            "PARS_SECRET_KEY is wrong: it must be at least 32 random characters.",
        ),
        (
            "PARS_DATA_DIR",
            "~no_such_user/data",
            (
                "PARS_DATA_DIR=~no_such_user/data is wrong: it must be a folder; there is no such "
                "user, or no home of theirs."
            ),
        ),
        ("PARS_DATADIR", "/data", "PARS_DATADIR is not a setting; did you mean PARS_DATA_DIR?"),
    ],
)
def test_a_bad_setting_is_one_line_that_says_what_is_right(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, line: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettingsError) as refused:
        load_settings()
    assert str(refused.value) == line


def test_all_bad_settings_are_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_PORT", "70000")
    monkeypatch.setenv("PARS_LOG_LEVEL", "loud")
    with pytest.raises(BadSettingsError) as refused:
        load_settings()
    assert [line.partition("=")[0] for line in str(refused.value).splitlines()] == [
        "PARS_PORT",
        "PARS_LOG_LEVEL",
    ]


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgresql://pars:p@db:5433/pars", "postgresql+asyncpg://pars:p@db:5433/pars"),
        ("postgres://pars@db/pars", "postgresql+asyncpg://pars@db/pars"),
        (
            "postgresql://pars@db/pars?sslmode=require",
            "postgresql+asyncpg://pars@db/pars?ssl=require",
        ),
        (
            "postgresql+asyncpg://pars_owner@/pars?host=/run/pg&port=5432",
            "postgresql+asyncpg://pars_owner@/pars?host=/run/pg&port=5432",
        ),
    ],
)
def test_an_address_may_be_written_as_other_tools_write_it(
    monkeypatch: pytest.MonkeyPatch, given: str, understood: str
) -> None:
    monkeypatch.setenv("PARS_DATABASE_URL", given)
    assert load_settings().database_url == understood


def test_migrations_use_the_database_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARS_DATABASE_URL", "postgresql://app@db/pars")
    assert load_settings().migrations_url == "postgresql+asyncpg://app@db/pars"
    monkeypatch.setenv("PARS_MIGRATION_URL", "postgresql://owner@db/pars")
    assert load_settings().migrations_url == "postgresql+asyncpg://owner@db/pars"


def test_what_is_set_for_a_push_is_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_SERVER", "https://pars.example.org")
    monkeypatch.setenv("PARS_KEY", "pars_test_1")
    assert load_settings() == Settings()


def test_a_secret_is_not_shown_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_SECRET_KEY", "0123456789abcdef0123456789abcdef")
    assert "0123456789abcdef" not in repr(load_settings())
