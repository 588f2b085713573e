"""The database of the reference application."""

import os
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

engine = create_async_engine(os.environ["REFERENCE_DATABASE_URL"])
session_factory = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    """Open a session for a request."""
    async with session_factory() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
