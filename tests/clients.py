"""Clients of an application that runs in the process of the test."""

import httpx
from fastapi import FastAPI


def client_of(application: FastAPI, key: str | None = None) -> httpx.AsyncClient:
    """Return a client that sends this key or token, if any."""
    # What the application raises is a 500 to a client, and so it is to a test.
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    headers = None if key is None else {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
