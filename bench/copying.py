"""The reference of completions: their rows as they are stored, copied into a bare table."""

import io
import time
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple, TypeAlias

import asyncpg

Driver: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_PIECE: Final = 50_000
_STORED: Final = f"""
SELECT * FROM learner_completions WHERE completion_id > $1 ORDER BY completion_id LIMIT {_PIECE}
"""


class Copied(NamedTuple):
    """How long two kinds of COPY took, of records of Python and of text that was ready."""

    of_records: float
    of_text: float


async def copy(driver: Driver, rows: int) -> Copied:
    """Copy all completions that are stored, both ways, into a table that has nothing but them."""
    of_records = of_text = 0.0
    await driver.execute("DROP TABLE IF EXISTS bare, bare_of_text")
    await driver.execute("CREATE TABLE bare (LIKE learner_completions)")
    await driver.execute("CREATE TABLE bare_of_text (LIKE learner_completions)")
    async for records in _stored(driver):
        begun = time.perf_counter()
        await driver.copy_records_to_table("bare", records=records)
        of_records += time.perf_counter() - begun
    last = ""
    while text := await _as_text(driver, last):
        last, content = text
        begun = time.perf_counter()
        await driver.copy_to_table("bare_of_text", source=io.BytesIO(content))
        of_text += time.perf_counter() - begun
    for table in ("bare", "bare_of_text"):
        copied = await driver.fetchval(f"SELECT count(*) FROM {table}")
        if copied != rows:
            message = f"{copied} of {rows} rows are in {table}"
            raise RuntimeError(message)
    await driver.execute("DROP TABLE bare, bare_of_text")
    return Copied(of_records, of_text)


async def _stored(driver: Driver) -> AsyncIterator[list[tuple[Any, ...]]]:
    last = ""
    while found := await driver.fetch(_STORED, last):
        last = found[-1]["completion_id"]
        yield [tuple(row) for row in found]


async def _as_text(driver: Driver, after: str) -> tuple[str, bytes] | None:
    last = await driver.fetchval(f"SELECT max(completion_id) FROM ({_STORED}) piece", after)
    if last is None:
        return None
    content = io.BytesIO()
    await driver.copy_from_query(_STORED, after, output=content)
    return last, content.getvalue()
