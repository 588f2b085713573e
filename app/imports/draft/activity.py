"""One activity of the draft as a record of this system."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from app.activities.schemas import MOST_BOARDS
from app.imports.draft.beyond import OF_ACTIVITIES as PLACES
from app.imports.draft.beyond import members_beyond
from app.imports.draft.nodes import BOOLEANS, Node, at, boolean, day, entries, many, number, text
from app.imports.draft.values import (
    AMA_CATEGORY_1,
    DELIVERY_VALUES,
    FEE_VALUES,
    FORMAT_VALUES,
    KIND_VALUES,
    MEASURE_VALUES,
    PROVIDERSHIP_VALUES,
    REGISTRATION_VALUES,
    form,
    translated,
)
from app.imports.draft.words import OF_ACTIVITIES as WORDS
from app.imports.draft.words import refuse_other_words
from app.imports.readers.rows import Understood
from app.reference.boards import Board

Record = dict[str, Any]
Boards: TypeAlias = Mapping[str, Board]

_IDENTIFIERS: Final[Mapping[str, str]] = MappingProxyType(
    {"accmeactivityid": "activity_id", "provideractivityid": "internal_id", "url": "url"}
)


def activity_understood(node: Node, boards: Boards) -> Understood:
    """Return what one activity of the draft asks for."""
    refuse_other_words(node, WORDS)
    extension = at(node, "xtensibleinfo")
    general = at(node, "lom", "general")
    education = at(node, "healthcaremetadata", "healthcareeducation")
    named, further = _identifiers(general)
    moc = _moc(general, education, extension, boards)
    record = {
        **named,
        "title": at(general, "title"),
        "description": at(general, "description"),
        "format": translated(at(education, "activityformat"), FORMAT_VALUES),
        "start_date": _day(node, education, "start"),
        "end_date": _day(node, education, "end"),
        "delivery_methods": _delivery_methods(extension),
        "city": at(education, "activitylocation", "city"),
        "state": at(education, "activitylocation", "stateorprovince"),
        "country": at(education, "activitylocation", "country"),
        "credits": next(iter(_credits(education)), None),
        "cme_finder": boolean(at(extension, "forpubliclist")),
        "fee": translated(at(extension, "feeforparticipation"), FEE_VALUES),
        "registration": translated(at(extension, "activityregistration"), REGISTRATION_VALUES),
        "providership": translated(at(education, "activitysponsorship"), PROVIDERSHIP_VALUES),
        "joint_providers": _joint_providers(education),
        "outcome_measures": _outcome_measures(extension),
        "commercial_support": _support(node, education, extension),
        "learners": _learners(node),
        "moc": moc,
    }
    beyond = [
        *members_beyond(node, PLACES),
        *further,
        *_other_credits(education),
        *_of_no_board(general, education, extension, moc["boards"]),
    ]
    action = form(str(at(extension, "activityrecordaction") or ""))
    return Understood(
        {name: value for name, value in record.items() if value is not None},
        "delete" if action == "delete" else "save",
        close=BOOLEANS.get(form(str(at(extension, "closeactivityrecord"))), False),
        not_kept=tuple(dict.fromkeys(beyond)),
    )


def _identifiers(general: Node) -> tuple[Record, list[str]]:
    """Return what names the activity, the first of each kind, and what else is there to name."""
    found: Record = {}
    further = []
    for entry in many(at(general, "identifier")):
        catalog, value = at(entry, "catalog"), text(at(entry, "entry"))
        name = _IDENTIFIERS.get(form(str(catalog)))
        if value is None:
            continue
        if name is None:
            further.append(f"identifier of {catalog}")
        elif found.setdefault(name, value) != value:
            further.append(f"further {catalog}")
    return found, further


def _day(node: Node, education: Node, end: str) -> Any:
    moment = at(education, f"{end}datetime") or at(node, "reportdescription", f"reporting{end}date")
    return day(moment)


def _delivery_methods(extension: Node) -> list[Any]:
    methods = entries(at(extension, "deliverymethods"), "deliverymethod")
    return [translated(method, DELIVERY_VALUES) for method in methods]


def _credits(education: Node) -> list[Any]:
    """Return the amounts of the kind of credit that is kept; the first of them is kept."""
    amounts = [
        number(at(entry, "numberofcredits"))
        for entry in many(at(education, "credits"))
        if _is_kept(entry)
    ]
    return [amount for amount in amounts if amount is not None]


def _is_kept(entry: Node) -> bool:
    certification = form(str(at(entry, "activitycertification") or ""))
    return certification.startswith(AMA_CATEGORY_1)


def _joint_providers(education: Node) -> list[Any]:
    return [
        name
        for entry in many(at(education, "credits"))
        for name in many(at(entry, "nonaccreditedprovider"))
    ]


def _outcome_measures(extension: Node) -> list[Record]:
    measures: list[Record] = []
    for entry in many(at(extension, "measuredoutcomes")):
        kinds = [translated(kind, KIND_VALUES) for kind in many(at(entry, "measurementtype"))]
        measures += [
            {"measure": translated(measure, MEASURE_VALUES), "kinds": kinds}
            for measure in many(at(entry, "measuredoutcome"))
        ]
    return measures


def _support(node: Node, education: Node, extension: Node) -> Record:
    """Return every amount as an entry of its own, also where a company gave several.

    Help in kind, of which the draft has the company only, stands with its first entry.
    """
    sources: list[Record] = []
    of_company: dict[str, Record] = {}
    for entry in many(at(node, "activitydescription", "commercialsupportamount")):
        name, currency = at(entry, "supportsource"), at(entry, "currency")
        amount = number(at(entry, "value"))
        if form(str(currency or "usd")) not in {"usd", "us"}:
            # Money of another currency must not pass for dollars: as text it is refused.
            amount = f"{amount} {currency}"
        source = {"source": name, "monetary": True, "amount": amount, "in_kind": False}
        sources.append(source)
        of_company.setdefault(repr(name), source)
    for entry in entries(at(extension, "inkindsupports"), "inkindsupport"):
        name = at(entry, "source")
        known = of_company.get(repr(name))
        if known is None:
            known = of_company[repr(name)] = {"source": name, "monetary": False}
            sources.append(known)
        known["in_kind"] = True
    received = boolean(at(education, "commercialsupport"))
    return {"received": received, "sources": sources}


def _learners(node: Node) -> Record:
    counts: dict[str, Any] = {"physicians": None, "others": None}
    for entry in many(at(node, "participationmetrics", "participantsbycategory")):
        is_physician = form(str(at(entry, "category"))) in {"physician", "physicians"}
        name = "physicians" if is_physician else "others"
        counts[name] = _sum(counts[name], number(at(entry, "numberofparticipants")))
    return counts


def _sum(before: Any, found: Any) -> Any:
    """Return a count with another one; what is no count stays, so that it is refused."""
    if type(before) is int and type(found) is int:
        return before + found
    return found if before is None or (type(before) is int and found is not None) else before


def _moc(general: Node, education: Node, extension: Node, boards: Boards) -> Record:
    specialties = many(at(education, "targetaudience", "specialty"))
    # Each is looked for in all specialties and outlines: more than a record may have are refused
    # as one more is.
    sent = entries(at(extension, "mocregistrations"), "mocregistration")[: MOST_BOARDS + 1]
    registrations = [
        {
            "board": at(entry, "boardname"),
            "practice_areas": _practice_areas(specialties, _known(at(entry, "boardname"), boards)),
            "credits": number(at(entry, "mocpoints")),
            "credit_types": many(at(entry, "moccredittype")),
            "content_areas": _content_areas(general, extension, at(entry, "boardname")),
            "credit_claim_date": day(at(entry, "creditclaimdate")),
        }
        for entry in sent
    ]
    return {"registered": bool(registrations), "boards": registrations}


def _known(name: Any, boards: Boards) -> Board | None:
    return boards.get(name) if isinstance(name, str) else None


def _practice_areas(specialties: list[Any], board: Board | None) -> list[Any]:
    """Return the specialties of the audience that the board knows as practice areas.

    The draft has one list of specialties for all boards, and for audiences of none.
    """
    if board is None or not board.practice_areas:
        return []
    return [name for name in specialties if name in board.practice_areas]


def _content_areas(general: Node, extension: Node, board: Any) -> list[Any]:
    selections = entries(at(extension, "contentoutlines"), "contentoutlineselections")
    areas = [
        at(key, "contentkeywordvalue")
        for selection in selections
        if at(selection, "contentoutlinesource") == board
        for key in many(at(selection, "contentoutlinekeys"))
    ]
    if board == "ABA":
        areas += [
            at(keyword, "string") for keyword in many(at(general, "keyword")) if _is_of_aba(keyword)
        ]
    # An area that is no text has no place among keys; the rules of the record refuse it.
    return list({repr(area): area for area in areas if area is not None}.values())


def _other_credits(education: Node) -> Iterator[str]:
    """Name the credits that are not kept: further amounts, and other kinds."""
    kept, *further = _credits(education) or [None]
    if any(amount != kept for amount in further):
        yield "further credits of AMA PRA Category 1"
    for entry in many(at(education, "credits")):
        if not _is_kept(entry):
            yield f"credits of {at(entry, 'activitycertification')}"


def _of_no_board(
    general: Node, education: Node, extension: Node, registrations: list[Record]
) -> Iterator[str]:
    """Name the specialties and content areas that no registration has taken up."""
    boards = [entry["board"] for entry in registrations]
    areas = [name for entry in registrations for name in entry["practice_areas"]]
    specialties = many(at(education, "targetaudience", "specialty"))
    if any(not isinstance(name, str) or name not in areas for name in specialties):
        # Not each by its name: files have so many that nothing else would be told.
        yield "specialties that no board of the activity has"
    for keyword in many(at(general, "keyword")):
        if "ABA" not in boards or not _is_of_aba(keyword):
            yield f"keyword of {at(keyword, 'source')}"
    for selection in entries(at(extension, "contentoutlines"), "contentoutlineselections"):
        source = at(selection, "contentoutlinesource")
        if source not in boards:
            yield f"content outline of {source}"


def _is_of_aba(keyword: Node) -> bool:
    return "abamco" in form(str(at(keyword, "source")))
