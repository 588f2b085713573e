"""What a measured server holds, and who may ask it."""

import random
from dataclasses import dataclass, field, replace

from bench.samples import Population
from bench.serving import Server


@dataclass(frozen=True, slots=True)
class World:
    """A seeded server: its records by number, and the keys that open them.

    The vendor's key is granted every provider: one client can then call for all of them.
    """

    server: Server
    population: Population
    first_activity: int
    vendor_key: str
    accreditor_key: str
    chance: random.Random = field(default_factory=lambda: random.Random(1), compare=False)

    def at(self, server: Server) -> "World":
        """Return the same records where a server serves them now."""
        return replace(self, server=server)

    def activity_id(self, number: int) -> str:
        """Return the id of a record."""
        return str(self.first_activity + number)

    def path(self, number: int) -> str:
        """Return the path of a record."""
        return f"{self.list_path(number)}/{self.activity_id(number)}"

    def list_path(self, number: int) -> str:
        """Return the path of the list in which a record stands."""
        return f"/v1/providers/{self.population.provider_of(number)}/activities"
