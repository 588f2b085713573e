"""What a row of the draft says and this system's records have no place for, by name.

The tables name the members that are read, each under the one that it stands in. What else
says something is told, so that nothing is left out in silence.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from app.imports.draft.nodes import Node, many

Places: TypeAlias = Mapping[str, str]

# What a file of rejected rows adds to each of them.
_REASONS: Final = "import_problems ImportProblems"
_REGISTRATION: Final = "boardName mocPoints MOCCreditType CreditClaimDate"
_EDUCATION: Final = "healthcareMetadata/healthcareEducation"

OF_ACTIVITIES: Final[Places] = MappingProxyType(
    {
        "": "ReportDescription ActivityDescription Lom healthcareMetadata ParticipationMetrics"
        f" XtensibleInfo {_REASONS}",
        "ReportDescription": "ReportingStartDate ReportingEndDate",
        "ActivityDescription": "commercialSupportAmount",
        "ActivityDescription/commercialSupportAmount": "currency supportSource value",
        "Lom": "general",
        "Lom/general": "identifier title description keyword",
        "Lom/general/identifier": "catalog entry",
        "Lom/general/keyword": "id source string",
        "healthcareMetadata": "healthcareEducation",
        _EDUCATION: "credits activityLocation startDateTime endDateTime activitySponsorship"
        " activityFormat commercialSupport targetAudience",
        f"{_EDUCATION}/credits": "activityCertification numberOfCredits nonAccreditedProvider",
        f"{_EDUCATION}/activityLocation": "city stateOrProvince country",
        f"{_EDUCATION}/targetAudience": "specialty",
        "ParticipationMetrics": "participantsByCategory",
        "ParticipationMetrics/participantsByCategory": "category numberOfParticipants",
        "XtensibleInfo": "ProviderID InKindSupports DeliveryMethods MeasuredOutcomes"
        " MOCRegistrations ContentOutlines ForPublicList FeeForParticipation"
        " ActivityRegistration activityRecordAction closeActivityRecord",
        # The registrations may stand in the list without a name of their own.
        "XtensibleInfo/MOCRegistrations": f"MOCRegistration {_REGISTRATION}",
        "XtensibleInfo/MOCRegistrations/MOCRegistration": _REGISTRATION,
    }
)
OF_LEARNERS: Final[Places] = MappingProxyType(
    {
        "": f"ReportingOrganization Member Activity XtensibleInfo {_REASONS}",
        "Member": "Name PersonalInfo",
        "Member/Name": "GivenName FamilyName",
        "Member/PersonalInfo": "BirthDate",
        "Activity": "ProviderOrganization Module",
        "Activity/Module": "ModuleName Status CompletedDateTime CreditCertificate",
        "Activity/Module/CreditCertificate": "UniqueID CreditReceived CreditID",
        "Activity/Module/CreditCertificate/CreditReceived": "activityCertification creditUnit"
        " numberOfCredits",
        "XtensibleInfo": "ProviderID LearnerRecordAction",
    }
)


def members_beyond(node: Node, places: Places) -> list[str]:
    """Return the paths of the members that say something and are not read, each once."""
    return list(dict.fromkeys(_beyond(node, places, "")))


def _beyond(node: Node, places: Places, at: str) -> Iterator[str]:
    read = {name.lower(): f"{at}/{name}".removeprefix("/") for name in places[at].split()}
    for entry in many(node):
        if not isinstance(entry, Mapping):
            continue
        for name, inner in entry.items():
            if name not in read:
                if _says(inner):
                    yield f"{at}/{name}".removeprefix("/")
            elif read[name] in places:
                yield from _beyond(inner, places, read[name])


def _says(inner: Any) -> bool:
    """Say whether a member has an answer; a no is none that anybody would miss."""
    if isinstance(inner, Mapping):
        return any(map(_says, inner.values()))
    if isinstance(inner, list):
        return any(map(_says, inner))
    return inner not in (None, False, "false", "")
