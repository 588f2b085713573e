"""Following the changes of a provider, as a client does that copies its records."""

import asyncio
from typing import Any

from tests.builders import Document
from tests.harness import ReportingProvider
from tests.patience import PATIENCE


def feed_of(provider: ReportingProvider) -> str:
    """Return the path of a provider's changes."""
    return f"/v1/providers/{provider.provider_id}/changes"


async def follow(
    provider: ReportingProvider, expected: int, **asked: Any
) -> tuple[list[Document], str]:
    """Read on until as many changes have come as are expected; return where to go on, too.

    What is new shows only when no older transaction of the whole server is running, and other
    tests have theirs there.
    """
    found: list[Document] = []
    async with asyncio.timeout(PATIENCE):
        while True:
            page = (await provider.client.get(feed_of(provider), params=asked)).json()
            found += page["data"]
            asked["since"] = page["page"]["next_cursor"]
            if len(found) >= expected and not page["page"]["more"]:
                return found, asked["since"]
            await asyncio.sleep(0.02)
