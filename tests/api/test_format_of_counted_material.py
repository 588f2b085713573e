"""An enduring material keeps its format while it has counts of the ends of years."""

from typing import Any

from tests.builders import complete_activity
from tests.harness import ReportingProvider

Document = dict[str, Any]

MATERIAL: Document = {
    "format": "enduring_material",
    "start_date": "2025-07-01",
    "end_date": "2026-06-30",
    "delivery_methods": ["online"],
    "moc": None,
}
ARTICLE: Document = {"format": "journal_cme", "delivery_methods": []}
COUNTED: Document = {
    "physicians": 40,
    "others": 3,
    "snapshots": [{"as_of": "2025-12-31", "physicians": 10, "others": 0}],
}


async def test_another_format_does_not_keep_the_counts_of_years(
    provider: ReportingProvider,
) -> None:
    material = await provider.enter(complete_activity(**MATERIAL))
    totals = f"{material}/learner-totals"
    await provider.client.put(totals, json=COUNTED)
    patched = await provider.client.patch(material, json=ARTICLE, headers={"If-Match": "*"})
    put = await provider.client.put(material, json=complete_activity(**MATERIAL) | ARTICLE)
    for reply in (patched, put):
        [error] = reply.json()["errors"]
        assert (reply.status_code, error["code"], error["pointer"]) == (
            422,
            "learners.snapshots_not_applicable",
            "/format",
        )
    await provider.client.put(totals, json={**COUNTED, "snapshots": []})
    changed = await provider.client.patch(material, json=ARTICLE, headers={"If-Match": "*"})
    assert (changed.status_code, changed.json()["format"]) == (200, "journal_cme")
