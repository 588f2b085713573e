import asyncpg
from alembic import command
from app.cli import schema
def test_down_up(server_url):
    import inspect; print(inspect.getsource(schema)[:50])
    import re
    folder = server_url.partition("?host=")[2].partition("&")[0]
    import asyncio
    async def mk():
        c=await asyncpg.connect(host=folder,user="postgres",database="postgres")
        await c.execute("DROP DATABASE IF EXISTS updown"); await c.execute("CREATE DATABASE updown TEMPLATE pars OWNER pars_owner"); await c.close()
    asyncio.run(mk())
    url=server_url.replace("/pars?","/updown?")
    cfg=[getattr(schema,n) for n in dir(schema) if 'config' in n.lower() and callable(getattr(schema,n))]
    print([n for n in dir(schema)])
    global C
    c = schema.configuration(url) if hasattr(schema,'configuration') else schema._config(url)
    command.downgrade(c,"0007"); command.upgrade(c,"head"); print("OK")
