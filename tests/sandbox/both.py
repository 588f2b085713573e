"""The two worlds of one application, and a provider that is known in both."""

from dataclasses import dataclass

from fastapi import FastAPI

from tests.credentials import Callers
from tests.harness import ReportingProvider

DAY = "PARS-Sandbox-Date"


@dataclass(frozen=True, slots=True)
class Both:
    """The application, and whoever calls it with live keys or with test keys."""

    application: FastAPI
    live: Callers
    test: Callers


@dataclass(frozen=True, slots=True)
class Known:
    """A provider with a live key and a test key."""

    live: ReportingProvider
    test: ReportingProvider

    @property
    def provider_id(self) -> str:
        """Its id, the same in both worlds."""
        return self.live.provider_id
