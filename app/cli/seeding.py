"""`pars seed`: the demo provider with its records and a test key."""

from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_databases
from app.cli.kept_secrets import DEMO_KEY, keep_secret, kept_secret
from app.cli.reaching import with_database
from app.core.clock import Clock
from app.core.database import Database
from app.demo import DemoSeed
from app.demo import seed as seed_demo
from app.settings import Settings, load_settings


def seed(*, as_json: AsJson = False) -> None:
    """Enter the demo provider, its activities and a test key into the sandbox, once."""
    settings = load_settings()
    with migrated_databases(settings) as addresses:
        done = plant(addresses.needed_sandbox(), settings)
    key = done.key or "issued earlier; `pars keys issue --provider 0000001` issues another"
    answer(
        f"provider {done.provider_id}\nkey      {key}",
        {"provider_id": done.provider_id, "key": done.key},
        as_json=as_json,
    )


def plant(url: str, settings: Settings) -> DemoSeed:
    """Seed a sandbox; the demo key of the embedded one is kept for later starts.

    A key that was kept by a version without a sandbox opens the new one.
    """
    embedded = settings.database_url is None
    kept = kept_secret(settings, DEMO_KEY) if embedded else None

    async def work(database: Database) -> DemoSeed:
        return await seed_demo(database, Clock(settings.reporting_zone), kept)

    done = with_database(url, work)
    if done.key is not None and embedded:
        keep_secret(settings, DEMO_KEY, done.key)
    return done
