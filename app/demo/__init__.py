"""A demo provider with records of every format and every status."""

from app.demo.seeding import DemoSeed, plant, planted_ids, seed

__all__ = ["DemoSeed", "plant", "planted_ids", "seed"]
