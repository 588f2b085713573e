"""One learner report of the draft as a completion of this system."""

from typing import Any, Final

from app.imports.draft.activity import Boards
from app.imports.draft.nodes import Node, at, day, many, number
from app.imports.draft.values import AMA_CATEGORY_1, form
from app.imports.readers.rows import Understood
from app.reference.us_states import us_state_names

Record = dict[str, Any]

_NPI: Final = "NPI"
_LENGTH_OF_A_DATE: Final = len("2000-02-29")


def completion_understood(node: Node, boards: Boards) -> Understood:
    """Return what one learner report asks for."""
    module = at(node, "activity", "module")
    certificates = many(at(module, "creditcertificate"))
    identifiers = [
        (str(at(entry, "domain") or ""), at(entry, "value"))
        for certificate in certificates
        for entry in many(at(certificate, "uniqueid"))
    ]
    record: Record = {
        "activity_id": _text(at(module, "modulename", "moduleid")),
        "given_name": at(node, "member", "name", "givenname"),
        "family_name": at(node, "member", "name", "familyname"),
        "birth_month_day": _birth_month_day(at(node, "member", "personalinfo", "birthdate")),
        "completed_on": day(at(module, "completeddatetime")),
        **_credits(certificates, dict(identifiers), boards),
        **_licence(identifiers, boards),
    }
    action = form(str(at(node, "xtensibleinfo", "learnerrecordaction") or ""))
    return Understood(
        {name: value for name, value in record.items() if value is not None},
        "delete" if action == "delete" else "save",
        not_kept=tuple(_not_kept(node, certificates, boards)),
    )


def _text(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _birth_month_day(birth_date: Any) -> Any:
    """Return month and day: the year is never kept."""
    if isinstance(birth_date, str) and len(birth_date) == _LENGTH_OF_A_DATE:
        return birth_date[5:]
    return birth_date


def _licence(identifiers: list[tuple[str, Any]], boards: Boards) -> Record:
    found: Record = {}
    for domain, value in identifiers:
        if domain.upper() == _NPI:
            found["npi"] = _text(value)
        elif domain in us_state_names() and domain not in boards:
            found["license_state"] = domain
            found["license_id"] = _text(value)
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
                    "board_learner_id": _text(ids.get(board)),
                    "credit_type": at(received, "activitycertification"),
                    "credits": number(at(received, "numberofcredits")),
                }
            )
    found["credits"] = next(iter(_amounts(certificates, boards)), None)
    return found


def _board(certificate: Node, boards: Boards) -> str | None:
    """Return the board that a certificate is for, or None when it is for plain credit."""
    if _is_of_ama(certificate):
        return None
    domains = [str(at(entry, "domain") or "") for entry in many(at(certificate, "uniqueid"))]
    return next((domain for domain in domains if domain in boards), None)


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


def _not_kept(node: Node, certificates: list[Node], boards: Boards) -> list[str]:
    kept, *further = _amounts(certificates, boards) or [None]
    beyond = ["further credits"] if any(amount != kept for amount in further) else []
    if at(node, "participants") is not None:
        beyond.append("Participants")
    if at(node, "member", "personalinfo", "birthdate") is not None:
        beyond.append("the year of BirthDate")
    if len({repr(at(certificate, "creditid")) for certificate in certificates}) > 1:
        beyond.append("further CreditIDs")
    return beyond
