"""Systems that report: each keeps its own books, and tries again as a good client does."""

import asyncio
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tests.builders import Document, complete_activity, moc_board
from tests.faults.ledger import ACCEPTED, Ledger
from tests.faults.sending import Answer, NoAnswerError, NotSentError, Request, Sender, Wire
from tests.faults.timeline import Timeline

SECONDS_TO_GIVE_UP: Final = 40
_SECONDS_BETWEEN_TRIALS: Final = 0.2
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all clients of a run have in common."""

    provider_id: str
    key: str
    ledger: Ledger
    timeline: Timeline

    @property
    def activities(self) -> str:
        """The path of the provider's activities."""
        return f"/v1/providers/{self.provider_id}/activities"


class Reporter:
    """One client: sends a write until it knows what became of it, and notes all of it."""

    def __init__(self, desk: Desk, sender: Sender) -> None:
        self.desk = desk
        self.sender = sender

    async def create(self, name: str) -> Answer | None:
        """Enter a new record."""
        return await self._write("create", "POST", "", [name], record(name), once=True)

    async def push(self, name: str) -> Answer | None:
        """Make the record of this name say something new, creating it if need be."""
        document = record(name)
        path = f"/by-key/{document['format']}/{document['start_date']}/{name}"
        return await self._write("push", "PUT", path, [name], document)

    async def edit(self, found: Document) -> Answer | None:
        """Change a record, if it is still as it was found."""
        path, name = f"/{found['activity_id']}", found["internal_id"]
        return await self._write("edit", "PATCH", path, [name], {}, if_match=found["version"])

    async def close(self, found: Document) -> Answer | None:
        """Close a record."""
        path = f"/{found['activity_id']}/close"
        return await self._write("close", "POST", path, [found["internal_id"]], None, once=True)

    async def reopen(self, found: Document) -> Answer | None:
        """Reopen a closed record."""
        path, body = f"/{found['activity_id']}/reopen", {"reason": "A count was wrong"}
        return await self._write("reopen", "POST", path, [found["internal_id"]], body, once=True)

    async def batch(self, names: Sequence[str]) -> Answer | None:
        """Enter many new records in one call."""
        body = {"records": [{"action": "upsert", "activity": record(name)} for name in names]}
        return await self._write("batch", "POST", "/batch", list(names), body, once=True)

    async def read(self, activity_id: str) -> Document | None:
        """Return a record as it stands, or None while it cannot be read."""
        with suppress(NotSentError, NoAnswerError):
            path = f"{self.desk.activities}/{activity_id}"
            answer = await self.sender.send(Request("GET", path, self._headers()))
            if answer.status in ACCEPTED:
                found: Document = answer.document
                return found
        await asyncio.sleep(_SECONDS_BETWEEN_TRIALS)
        return None

    async def vanish(self, wire: Wire, name: str) -> None:
        """Send a push, or a part of it, and be gone before it is answered."""
        mark = new_mark()
        document = marked(record(name), mark)
        path = f"{self.desk.activities}/by-key/{document['format']}/{document['start_date']}/{name}"
        await self._note("sends", mark, kind="vanish", names=[name], once=False, if_match=None)
        with suppress(NotSentError):
            request = Request("PUT", path, self._headers(mark), document)
            await wire.vanish(request, random.choice((0.3, 0.9, 1.0, 1.0)))  # noqa: S311

    async def _write(  # noqa: PLR0913 - the parts of a request, and what is known of it
        self,
        kind: str,
        method: str,
        path: str,
        names: list[str],
        body: Any,
        *,
        once: bool = False,
        if_match: int | None = None,
    ) -> Answer | None:
        mark = new_mark()
        headers = dict(self._headers(mark))
        if once:
            headers["Idempotency-Key"] = mark
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        request = Request(method, self.desk.activities + path, headers, marked(body, mark))
        about = {"kind": kind, "names": names, "once": once or if_match is not None}
        loop = asyncio.get_running_loop()
        gives_up = loop.time() + SECONDS_TO_GIVE_UP
        while loop.time() < gives_up:
            await self._note("sends", mark, if_match=if_match, **about)
            sent_at = loop.time()
            try:
                answer = await self.sender.send(request)
            except NotSentError:
                await self._note("not sent", mark)
            except NoAnswerError:
                await self._note("no answer", mark)
            else:
                if is_known(answer):
                    saved = saved_by(answer)
                    await self._note("answered", mark, status=answer.status, saved=saved)
                    self.desk.timeline.answered(sent_at, len(saved) or len(names), answer.status)
                if not is_to_be_sent_again(answer):
                    return answer
            await asyncio.sleep(_SECONDS_BETWEEN_TRIALS * random.uniform(0.5, 1.5))  # noqa: S311
        return None

    async def _note(self, step: str, mark: str, **more: Any) -> None:
        await self.desk.ledger.note(step=step, mark=mark, **more)

    def _headers(self, mark: str | None = None) -> Mapping[str, str]:
        headers = {"Authorization": f"Bearer {self.desk.key}"}
        return headers if mark is None else {**headers, "X-Request-Id": mark}


def new_mark() -> str:
    """Return what one write is known by: its request id, its key, its words in the record."""
    return f"write-{next(_numbers):07}"


def new_names(prefix: str) -> Iterator[str]:
    """Return names for new records, without an end."""
    return (f"{prefix}-{number}" for number in itertools.count(1))


def record(name: str) -> Document:
    """Return a record that has ended and can be closed, whatever day it is."""
    # Where the day is decided, yesterday may still be today; the day before has ended everywhere.
    ended = date.today() - timedelta(days=2)  # noqa: DTZ011 - whichever day it is here
    claim = (ended + timedelta(days=40)).isoformat()
    document = complete_activity(
        internal_id=name,
        start_date=(ended - timedelta(days=2)).isoformat(),
        end_date=ended.isoformat(),
    )
    document["commercial_support"]["sources"][0]["received_year"] = ended.year
    document["moc"]["boards"] = [moc_board(credit_claim_date=claim)]
    document["moc"]["attestation"]["attested_on"] = document["start_date"]
    return document


def marked(body: Any, mark: str) -> Any:
    """Return the body with the mark of its write in every record of it."""
    if body is None or "reason" in body:
        return body
    if "records" in body:
        records = [
            {**one, "activity": {**one["activity"], "description": mark}} for one in body["records"]
        ]
        return {**body, "records": records}
    return {**body, "description": mark}


def saved_by(answer: Answer) -> dict[str, int]:
    """Return the versions that an answer acknowledges, by the id of the record."""
    document = answer.document
    if answer.status not in ACCEPTED:
        return {}
    if "results" in document:
        done = [one for one in document["results"] if one["result"] in ("created", "updated")]
        return {one["activity_id"]: int(one["etag"].strip('"')) for one in done}
    if document["meta"]["unchanged"]:
        return {}
    return {document["activity_id"]: document["version"]}


def is_known(answer: Answer) -> bool:
    """Tell whether the answer says that the write took effect, or that it did not."""
    return answer.status in ACCEPTED or answer.document.get("saved") is False


def is_to_be_sent_again(answer: Answer) -> bool:
    """Tell whether the same request may get another answer."""
    return answer.status not in ACCEPTED and bool(answer.document.get("retryable", True))
