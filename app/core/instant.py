"""Moments as text: UTC, to the second, with a Z."""

from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """Return a moment as records show it: `2026-06-01T15:04:05Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
