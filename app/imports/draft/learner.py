"""One learner report of the draft as a completion of this system."""

from collections.abc import Iterator
from typing import Any, Final

from app.imports.draft.activity import Boards
from app.imports.draft.beyond import OF_LEARNERS as PLACES
from app.imports.draft.beyond import members_beyond
from app.imports.draft.nodes import Node, at, day, many, number, text
from app.imports.draft.values import AMA_CATEGORY_1, form
from app.imports.draft.words import OF_LEARNERS as WORDS
from app.imports.draft.words import refuse_other_words
from app.imports.readers.rows import Understood
from app.reference.us_states import us_state_names

Record = dict[str, Any]

_NPI: Final = "NPI"
_LENGTH_OF_A_DATE: Final = len("2000-02-29")
_DIGITS_OF_A_PROVIDER: Final = 7


def completion_understood(node: Node, boards: Boards) -> Understood:
    """Return what one learner report asks for."""
    refuse_other_words(node, WORDS)
    module = at(node, "activity", "module")
    certificates = many(at(module, "creditcertificate"))
    identifiers = [one for certificate in certificates for one in _identifiers(certificate)]
    record: Record = {
        "provider_id": _provider_id(at(node, "activity", "providerorganization")),
        "activity_id": text(at(module, "modulename", "moduleid")),
        "given_name": at(node, "member", "name", "givenname"),
        "family_name": at(node, "member", "name", "familyname"),
        "birth_month_day": _birth_month_day(at(node, "member", "personalinfo", "birthdate")),
        "completed_on": day(at(module, "completeddatetime")),
        **_credits(certificates, dict(identifiers), boards),
        **_persons_ids(identifiers, boards),
    }
    action = form(str(at(node, "xtensibleinfo", "learnerrecordaction") or ""))
    beyond = [
        *members_beyond(node, PLACES),
        *_not_kept(node, certificates, boards),
        *_issuers_not_kept(identifiers, record),
    ]
    return Understood(
        {name: value for name, value in record.items() if value is not None},
        "delete" if action == "delete" else "save",
        not_kept=tuple(dict.fromkeys(beyond)),
    )


def _provider_id(sent: Any) -> Any:
    """Return the provider's id with the zeros in front that a program may have left out."""
    written = text(sent)
    if isinstance(written, str) and written.isdecimal():
        return written.zfill(_DIGITS_OF_A_PROVIDER)
    return written


def _birth_month_day(birth_date: Any) -> Any:
    """Return month and day: the year is never kept."""
    if isinstance(birth_date, str) and len(birth_date) == _LENGTH_OF_A_DATE:
        return birth_date[5:]
    return birth_date


def _identifiers(certificate: Node) -> list[tuple[str, Any]]:
    """Return the ids of the learner, each behind the code of who issued it."""
    return [
        (str(at(entry, "domain") or "").upper(), text(at(entry, "value")))
        for entry in many(at(certificate, "uniqueid"))
    ]


def _is_state(issuer: str, boards: Boards) -> bool:
    return issuer in us_state_names() and issuer not in boards


def _persons_ids(identifiers: list[tuple[str, Any]], boards: Boards) -> Record:
    """Return the NPI and the licence; of several the first is kept."""
    found: Record = {}
    for issuer, value in identifiers:
        if issuer == _NPI:
            found.setdefault("npi", value)
        elif _is_state(issuer, boards) and "license_state" not in found:
            found |= {"license_state": issuer, "license_id": value}
    return found


def _credits(certificates: list[Node], ids: dict[str, Any], boards: Boards) -> Record:
    found: Record = {"credit_id": None, "credits": None, "board_credits": []}
    for certificate in certificates:
        found["credit_id"] = found["credit_id"] or at(certificate, "creditid")
        board = _board(certificate, boards)
        if board is not None:
            received = at(certificate, "creditreceived")
            found["board_credits"].append(
                {
                    "board": board,
                    "board_learner_id": ids.get(board),
                    "credit_type": at(received, "activitycertification"),
                    "credits": number(at(received, "numberofcredits")),
                }
            )
    found["credits"] = next(iter(_amounts(certificates, boards)), None)
    return found


def _board(certificate: Node, boards: Boards) -> str | None:
    """Return the board that a certificate is for, or None when it is for plain credit.

    Who issued an id and is no state is a board. A code that no board has stays, so that the
    rules refuse it: the credit must not pass for plain credit.
    """
    if _is_of_ama(certificate):
        return None
    issuers = [
        issuer
        for issuer, _ in _identifiers(certificate)
        if issuer not in ("", _NPI) and not _is_state(issuer, boards)
    ]
    known = [issuer for issuer in issuers if issuer in boards]
    return next(iter(known or issuers), None)


def _is_of_ama(certificate: Node) -> bool:
    certification = at(certificate, "creditreceived", "activitycertification")
    return form(str(certification or "")).startswith(AMA_CATEGORY_1)


def _amounts(certificates: list[Node], boards: Boards) -> list[Any]:
    """Return the amounts of plain credit, AMA PRA Category 1 first; the first of them is kept."""
    plain = [one for one in certificates if _board(one, boards) is None]
    found = [
        number(at(one, "creditreceived", "numberofcredits"))
        for one in sorted(plain, key=_is_of_ama, reverse=True)
    ]
    return [amount for amount in found if amount is not None]


def _not_kept(node: Node, certificates: list[Node], boards: Boards) -> Iterator[str]:
    """Name what the report says a second time, and of the birthday what is never kept."""
    kept, *further = _amounts(certificates, boards) or [None]
    if any(amount != kept for amount in further):
        yield "further credits"
    if at(node, "member", "personalinfo", "birthdate") is not None:
        yield "the year of BirthDate"
    if len({repr(at(certificate, "creditid")) for certificate in certificates}) > 1:
        yield "further CreditIDs"


def _issuers_not_kept(identifiers: list[tuple[str, Any]], record: Record) -> Iterator[str]:
    """Name who issued the ids that are not kept; the ids themselves are a person's."""
    credited = ((entry["board"], entry["board_learner_id"]) for entry in record["board_credits"])
    licence = (record.get("license_state"), record.get("license_id"))
    # An id that is no text has no place in a set; the rules of the record refuse it.
    kept = {(issuer, repr(value)) for issuer, value in (*credited, licence)}
    kept.add((_NPI, repr(record.get("npi"))))
    for issuer, value in identifiers:
        if value is not None and (issuer, repr(value)) not in kept:
            # What is no code may be the id, written in the place of its issuer.
            yield f"UniqueID of {issuer}" if issuer.isalpha() else "UniqueID of an unknown issuer"
