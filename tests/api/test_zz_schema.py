from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from app.models import Base
from alembic.config import Config
async def test_compare(database):
    async with database.engine.connect() as c:
        def f(sync):
            ctx=MigrationContext.configure(sync, opts={"compare_server_default":True,"compare_type":True})
            return compare_metadata(ctx, Base.metadata)
        diff = await c.run_sync(f)
    for d in diff: print("DIFF", str(d)[:300])
