"""A demo provider with records of every format and every status."""

from app.demo.seeding import DemoSeed, plant, seed

__all__ = ["DemoSeed", "plant", "seed"]
