from app.auth.access import Access
from app.auth.principal import Principal
from app.auth.scopes import PROVIDER_SCOPES
from app.core.clock import Clock
from app.core.database import Database
from app.demo.profile import PEOPLE, enter_profile
from tests.harness import ReportingProvider
from tests.people import contacts_of


async def test_the_demos_people_are_entered_once_and_show_who_stands_in(
    provider: ReportingProvider, database: Database, clock: Clock
) -> None:
    principal = Principal(
        "seed", "operator", "test", frozenset({provider.provider_id}), frozenset(PROVIDER_SCOPES)
    )
    access = Access(principal, provider.provider_id, "seed", database)
    await enter_profile(access, clock)
    await enter_profile(access, clock)
    listed = (await provider.client.get(contacts_of(provider))).json()
    assert [one["family_name"] for one in listed["data"]] == sorted(
        person["family_name"] for person in PEOPLE
    )
    website = (await provider.client.get(f"{contacts_of(provider)}/roles/website")).json()
    assert website["holders"] == []
    assert website["resolved"]["family_name"] == "Director"
    profile = (await provider.client.get(f"/v1/providers/{provider.provider_id}")).json()
    assert (profile["city"], profile["accreditation_status"]) == ("Sacramento", "accreditation")
