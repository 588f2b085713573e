"""The list of activities that draw a warning."""

from tests.builders import complete_activity
from tests.harness import ReportingProvider
from tests.listing import SUMMARY


async def test_records_with_a_warning_are_found_in_either_view(
    provider: ReportingProvider,
) -> None:
    for number in range(3):
        document = {**complete_activity(), "internal_id": f"W-{number}"}
        if number:
            document["title"] = f"{number} of another kind of title altogether"
        if number == 2:
            document["url"] = "https://example.com/course"
        reply = await provider.client.post(provider.activities, json=document)
        assert reply.status_code == 201
    url = f"{provider.activities}?warning=finder.url_placeholder"
    summaries = (await provider.client.get(url)).json()
    assert [row["internal_id"] for row in summaries["data"]] == ["W-2"]
    assert set(summaries["data"][0]) == set(SUMMARY)
    whole = (await provider.client.get(f"{url}&view=full")).json()
    assert "finder.url_placeholder" in [w["code"] for w in whole["data"][0]["warnings"]]
    none = await provider.client.get(f"{provider.activities}?warning=learners.count_fell")
    assert none.json()["data"] == []
    unknown = await provider.client.get(f"{provider.activities}?warning=learners.non")
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["did_you_mean"][0] == "learners.none"


async def test_records_with_a_warning_come_in_pages(provider: ReportingProvider) -> None:
    for number in range(5):
        document = {**complete_activity(), "internal_id": f"P-{number}", "url": "http://localhost/"}
        await provider.client.post(provider.activities, json=document)
    seen: list[str] = []
    url: str | None = f"{provider.activities}?warning=finder.url_placeholder&limit=2&sort=title"
    while url:
        reply = await provider.client.get(url)
        seen += [row["internal_id"] for row in reply.json()["data"]]
        url = reply.links.get("next", {}).get("url")
    assert sorted(seen) == [f"P-{number}" for number in range(5)]
