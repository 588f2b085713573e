import httpx

from tests.builders import draft_activity
from tests.harness import ReportingProvider


async def test_requests_are_counted_by_route_template_and_refusals_by_code(
    provider: ReportingProvider, anonymous: httpx.AsyncClient
) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
    assert (await provider.client.get(url)).status_code == 200
    assert (await provider.client.post(f"{url}/close")).status_code == 409
    reply = await anonymous.get("/metrics")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain")
    template = "/v1/providers/{provider_id}/activities/{activity_id}"
    counted = f'pars_request_seconds_count{{method="GET",route="{template}",status="200"}}'
    assert counted in reply.text
    refused = (
        f'pars_refusals_total{{code="activity.not_ready",method="POST",route="{template}/close"}}'
    )
    assert refused in reply.text
    assert 'pars_database_connections{mode="live",state="open"}' in reply.text


async def test_no_id_of_a_record_or_provider_is_a_label(
    provider: ReportingProvider, anonymous: httpx.AsyncClient
) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    await provider.client.get(f"{provider.activities}/{record['activity_id']}")
    text = (await anonymous.get("/metrics")).text
    assert record["activity_id"] not in text
    assert provider.provider_id not in text
