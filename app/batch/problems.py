"""The refusals that concern a batch, or a record only because others stand beside it."""

from typing import Final

from app.core.errors import declare

MOST_RECORDS: Final = 500

TOO_MANY = declare(
    "batch.too_many",
    422,
    "The batch has too many records",
    f"Send at most {MOST_RECORDS} records in one call; an import takes files of any length.",
)
KEY_REPEATED = declare(
    "batch.key_repeated",
    422,
    "Another record of the batch is about the same",
    "Name each record once in a batch; send its second change with the next one.",
)
ONLY_NAMED = declare(
    "batch.only_named",
    422,
    "A record that is to be closed or deleted is only named",
    "Leave out what does not name the record, or send it as it stands; upsert changes first.",
)
NOT_SAVED = declare(
    "batch.not_saved",
    422,
    "A record of an atomic batch failed",
    "Put right what `results` tells of the failed records and send the whole batch again.",
)
