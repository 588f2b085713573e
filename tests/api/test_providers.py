from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from app.auth.operating import issue_key
from app.core.database import Database, Transaction
from app.providers.deadlines import deadline, reporting_year
from app.providers.service import deadline_for
from tests.harness import FixedClock, ReportingProvider
from tests.registering import add_provider

CENTRAL = ZoneInfo("America/Chicago")
ADDRESS = {
    "address_lines": ["2000 Hospital Way", "CME Office"],
    "city": "Sacramento",
    "state": "CA",
    "postal_code": "95816",
    "country": "USA",
    "web_site": "https://cme.provider-hospital.org",
}


def profile_of(provider: ReportingProvider) -> str:
    return f"/v1/providers/{provider.provider_id}"


async def operators_key(database: Database) -> dict[str, str]:
    issued = await issue_key(database, kind="operator", name="tests")
    return {"Authorization": f"Bearer {issued.key}", "If-Match": "*"}


async def test_a_new_provider_has_its_name_and_accreditor(provider: ReportingProvider) -> None:
    reply = await provider.client.get(profile_of(provider))
    assert (reply.status_code, reply.headers["etag"]) == (200, '"1"')
    profile = reply.json()
    assert profile["name"] == f"Provider {provider.provider_id}"
    assert profile["accreditor"] == "ACCME"
    assert profile["accreditation_status"] is None
    assert profile["address_lines"] == []
    again = await provider.client.get(profile_of(provider), headers={"If-None-Match": '"1"'})
    assert again.status_code == 304


async def test_a_provider_writes_its_address_and_web_site(
    provider: ReportingProvider, database: Database
) -> None:
    url = profile_of(provider)
    reply = await provider.client.patch(url, json=ADDRESS, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    assert reply.json().items() >= ADDRESS.items()
    same = await provider.client.patch(url, json=reply.json(), headers={"If-Match": '"2"'})
    assert (same.status_code, same.headers["etag"]) == (200, '"2"')
    assert same.json()["meta"] == {"unchanged": True}
    cleared = await provider.client.patch(url, json={"web_site": None}, headers={"If-Match": '"2"'})
    assert cleared.json()["web_site"] is None
    assert cleared.json()["city"] == "Sacramento"

    async def trail(transaction: Transaction) -> list[Any]:
        return list(
            await transaction.driver.fetch(
                "SELECT version, changes FROM provider_history"
                " WHERE provider_id = $1 ORDER BY version",
                provider.provider_id,
            )
        )

    rows = await database.run(provider.provider_id, trail)
    assert [row["version"] for row in rows] == [2, 3]
    assert rows[1]["changes"] == [
        {"pointer": "/web_site", "before": ADDRESS["web_site"], "after": None}
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Another Hospital"},
        {"accreditor": "CMA"},
        {"accreditation_status": "accreditation_with_commendation"},
        {"provider_id": "0000009"},
        {"version": 12},
    ],
)
async def test_what_the_accreditor_decides_is_read_only_for_the_provider(
    provider: ReportingProvider, change: dict[str, object]
) -> None:
    reply = await provider.client.patch(
        profile_of(provider), json=change | {"city": "Fresno"}, headers={"If-Match": "*"}
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "read_only")
    assert (await provider.client.get(profile_of(provider))).json()["city"] is None


async def test_the_operator_enters_the_name_and_status_that_the_accreditor_decides(
    anonymous: httpx.AsyncClient, database: Database, provider: ReportingProvider
) -> None:
    headers = await operators_key(database)
    change = {"name": "Renamed Hospital", "accreditation_status": "probation"}
    reply = await anonymous.patch(profile_of(provider), json=change, headers=headers)
    assert reply.status_code == 200
    assert reply.json().items() >= change.items()
    unknown = await anonymous.patch(
        profile_of(provider), json={"accreditor": "ACMEE"}, headers=headers
    )
    assert unknown.json()["code"] == "provider.accreditor_unknown"
    assert unknown.json()["errors"][0]["did_you_mean"] == ["ACCME"]
    nameless = await anonymous.patch(profile_of(provider), json={"name": None}, headers=headers)
    assert nameless.json()["errors"][0]["pointer"] == "/name"


async def test_all_that_is_wrong_with_a_profile_is_told_at_once_and_in_order(
    provider: ReportingProvider,
) -> None:
    reply = await provider.client.patch(
        profile_of(provider),
        json={"name": "X", "country": "United States", "web_site": "hospital", "town": "Fresno"},
        headers={"If-Match": "*"},
    )
    assert [(error["pointer"], error["code"]) for error in reply.json()["errors"]] == [
        ("/country", "provider.country_unknown"),
        ("/web_site", "url.invalid"),
        ("/name", "read_only"),
        ("/town", "field.unknown"),
    ]


async def test_places_are_codes_and_the_nearest_is_named(provider: ReportingProvider) -> None:
    country = await provider.client.patch(
        profile_of(provider), json={"country": "US"}, headers={"If-Match": "*"}
    )
    assert country.json()["code"] == "provider.country_unknown"
    assert country.json()["errors"][0]["did_you_mean"] == ["USA"]
    state = await provider.client.patch(
        profile_of(provider),
        json={"country": "USA", "state": "California"},
        headers={"If-Match": "*"},
    )
    assert state.json()["code"] == "provider.state_unknown"
    assert state.json()["errors"][0]["did_you_mean"] == ["CA"]


async def test_a_change_needs_the_current_etag(provider: ReportingProvider) -> None:
    without = await provider.client.patch(profile_of(provider), json={"city": "Fresno"})
    stale = await provider.client.patch(
        profile_of(provider), json={"city": "Fresno"}, headers={"If-Match": '"5"'}
    )
    assert (without.status_code, stale.status_code) == (428, 412)


async def test_validate_only_saves_no_profile(provider: ReportingProvider) -> None:
    reply = await provider.client.patch(
        f"{profile_of(provider)}?validate_only=true", json=ADDRESS, headers={"If-Match": "*"}
    )
    assert (reply.status_code, reply.headers["validate-only"]) == (200, "true")
    assert (await provider.client.get(profile_of(provider))).json()["version"] == 1


async def test_another_providers_profile_is_not_there(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    assert (await provider.client.get(profile_of(other_provider))).status_code == 404
    deadlines = await provider.client.get(f"{profile_of(other_provider)}/deadlines")
    assert deadlines.status_code == 404


@pytest.mark.parametrize(
    ("year", "last_day"),
    [
        (2025, "2026-03-31"),  # A Tuesday.
        (2023, "2024-04-01"),  # March 31, 2024 is a Sunday; Easter Monday is a business day.
        (2028, "2029-04-02"),  # March 31, 2029 is a Saturday.
    ],
)
def test_the_deadline_is_march_31_or_the_next_business_day(year: int, last_day: str) -> None:
    assert deadline(year, {}, CENTRAL).isoformat() == f"{last_day}T23:59:00-05:00"


def test_a_day_that_the_accreditor_set_stands_as_it_was_set() -> None:
    earlier = {2025: date(2026, 2, 28)}
    assert deadline(2025, earlier, CENTRAL).isoformat() == "2026-02-28T23:59:00-06:00"
    assert deadline(2026, earlier, CENTRAL).date() == date(2027, 3, 31)


def test_an_activity_is_reported_for_the_year_in_which_it_ends() -> None:
    assert reporting_year(date(2027, 6, 30)) == 2027


async def test_the_deadlines_of_the_years_around_today_are_listed(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    clock.set("2026-04-01")
    reply = await provider.client.get(f"{profile_of(provider)}/deadlines")
    assert reply.status_code == 200
    assert (reply.json()["accreditor"], reply.json()["time_zone"]) == ("ACCME", "America/Chicago")
    assert [(row["year"], row["deadline"], row["passed"]) for row in reply.json()["data"]] == [
        (2025, "2026-03-31T23:59:00-05:00", True),
        (2026, "2027-03-31T23:59:00-05:00", False),
        (2027, "2028-03-31T23:59:00-05:00", False),
    ]
    one = await provider.client.get(f"{profile_of(provider)}/deadlines?year=2023")
    assert [(row["last_day"], row["set_by"]) for row in one.json()["data"]] == [
        ("2024-04-01", "rule")
    ]


async def test_an_accreditor_may_set_an_earlier_day_for_its_own_providers(
    anonymous: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    del clock
    await add_provider(database, "7700001", "Society Clinic", "SOCIETY")
    society = await issue_key(database, kind="accreditor", accreditor_id="SOCIETY", name="tests")
    done = await anonymous.put(
        "/v1/accreditors/SOCIETY/deadlines/2025",
        json={"last_day": "2026-02-28"},
        headers={"Authorization": f"Bearer {society.key}"},
    )
    assert done.status_code == 200
    issued = await issue_key(database, providers=["7700001"], name="tests")
    reply = await anonymous.get(
        "/v1/providers/7700001/deadlines?year=2025",
        headers={"Authorization": f"Bearer {issued.key}"},
    )
    assert [(row["last_day"], row["set_by"]) for row in reply.json()["data"]] == [
        ("2026-02-28", "accreditor")
    ]

    async def until(transaction: Transaction) -> str:
        return (await deadline_for(transaction, "7700001", 2025, CENTRAL)).isoformat()

    assert await database.run("7700001", until) == "2026-02-28T23:59:00-06:00"
