"""A row of the draft: no word of it passes for another, and what it says beyond is named."""

from typing import Any

import pytest

from app.core.errors import ProblemError
from app.imports.draft.activity import activity_understood
from app.imports.draft.learner import completion_understood
from app.imports.draft.nodes import node_from_json
from app.imports.readers.rows import Understood
from app.reference.boards import Board

BOARDS = {"ABIM": Board("ABIM", "Internal Medicine", practice_areas=("Internal Medicine",))}
AMA, KNOWLEDGE = "AMA PRA Category 1 Credit", "Medical Knowledge (Part II)"
EDUCATION = "healthcareMetadata/healthcareEducation"


def activity(**sent: object) -> Understood:
    return activity_understood(node_from_json(sent), BOARDS)


def education(**sent: object) -> Understood:
    return activity(healthcareMetadata={"healthcareEducation": sent})


def learner(**sent: object) -> Understood:
    return completion_understood(node_from_json(sent), BOARDS)


def certified(*certificates: object, **module: object) -> Understood:
    return learner(Activity={"Module": {"CreditCertificate": [*certificates], **module}})


def certificate(kind: str, *ids: tuple[str, str], **received: object) -> dict[str, Any]:
    return {
        "UniqueID": [{"domain": domain, "value": value} for domain, value in ids],
        "CreditReceived": {"activityCertification": kind, "numberOfCredits": 1, **received},
    }


@pytest.mark.parametrize(
    ("extension", "place"),
    [
        ({"activityRecordAction": "Remove"}, "/XtensibleInfo/activityRecordAction"),
        ({"closeActivityRecord": "perhaps"}, "/XtensibleInfo/closeActivityRecord"),
    ],
)
def test_another_word_for_what_to_do_with_an_activity_is_refused(
    extension: dict[str, str], place: str
) -> None:
    with pytest.raises(ProblemError) as refused:
        activity(XtensibleInfo=extension)
    assert [(one.kind.code, one.pointer) for one in refused.value.violations] == [
        ("field.enum", place)
    ]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({}, ("save", False)),
        ({"activityRecordAction": "Add", "closeActivityRecord": None}, ("save", False)),
        ({"activityRecordAction": "update", "closeActivityRecord": "True"}, ("save", True)),
        ({"activityRecordAction": "DELETE", "closeActivityRecord": False}, ("delete", False)),
        ({"closeActivityRecord": 1}, ("save", True)),
    ],
)
def test_what_to_do_with_an_activity_is_read_in_any_spelling(
    said: dict[str, Any], asked: tuple[str, bool]
) -> None:
    understood = activity(XtensibleInfo=said)
    assert (understood.action, understood.close) == asked


def test_a_learner_who_did_not_complete_has_no_completion() -> None:
    with pytest.raises(ProblemError) as refused:
        learner(
            Activity={
                "Module": {
                    "Status": "Incomplete",
                    "CreditCertificate": [certificate(AMA, creditUnit="Hour")],
                }
            },
            XtensibleInfo={"LearnerRecordAction": "remove"},
        )
    assert [(one.pointer, one.value) for one in refused.value.violations] == [
        ("/Activity/Module/Status", "Incomplete"),
        ("/Activity/Module/CreditCertificate/CreditReceived/creditUnit", "Hour"),
        ("/XtensibleInfo/LearnerRecordAction", "remove"),
    ]


@pytest.mark.parametrize("domain", ["ABIM", "abim"])
def test_the_credit_of_a_board_is_that_boards(domain: str) -> None:
    record = certified(certificate(KNOWLEDGE, (domain, "654321"))).document
    assert "credits" not in record
    (credit,) = record["board_credits"]
    assert (credit["board"], credit["board_learner_id"]) == ("ABIM", "654321")


def test_the_credit_of_a_board_that_is_not_known_does_not_pass_for_plain_credit() -> None:
    record = certified(certificate(KNOWLEDGE, ("ABMI", "654321"))).document
    assert "credits" not in record
    assert [credit["board"] for credit in record["board_credits"]] == ["ABMI"]


def test_a_learners_further_ids_are_named_by_who_issued_them() -> None:
    ids = (("NPI", "1"), ("ca", "A1"), ("NY", "B2"), ("ABXX", "3"), ("77", "NPI"))
    understood = certified(certificate(AMA, *ids))
    record = understood.document
    assert (record["npi"], record["license_state"], record["license_id"]) == ("1", "CA", "A1")
    assert understood.not_kept == (
        "UniqueID of NY",
        "UniqueID of ABXX",
        "UniqueID of an unknown issuer",
    )


@pytest.mark.parametrize("sent", ["0008273", "8273", 8273])
def test_the_provider_is_told_with_its_leading_zeros(sent: object) -> None:
    assert learner(Activity={"ProviderOrganization": sent}).document["provider_id"] == "0008273"


def test_what_an_activity_says_beyond_our_records_is_named() -> None:
    audience = {"profession": ["Nurse"], "specialty": ["Internal Medicine", "Dermatology"]}
    assert education(targetAudience=audience, IACET=0.5).not_kept == (
        f"{EDUCATION}/targetAudience/profession",
        f"{EDUCATION}/iacet",
        "specialties that no board of the activity has",
    )
    general = {
        "identifier": [
            {"catalog": "Provider Activity ID", "entry": "PAIN-1"},
            {"catalog": "Provider Activity ID", "entry": "PAIN-2"},
            {"catalog": "DOI", "entry": "10.1000/1"},
        ],
        "keyword": [{"source": "01_ABAMCO", "string": "Chronic pain"}],
    }
    understood = activity(Lom={"general": general}, Extra={"a": [1]}, import_problems=[1])
    assert understood.document["internal_id"] == "PAIN-1"
    assert understood.not_kept == (
        "extra",
        "further Provider Activity ID",
        "identifier of DOI",
        "keyword of 01_ABAMCO",
    )


def test_what_a_registration_takes_up_is_not_named() -> None:
    understood = activity(
        XtensibleInfo={"MOCRegistrations": {"MOCRegistration": [{"boardName": "ABIM"}]}},
        healthcareMetadata={
            "healthcareEducation": {"targetAudience": {"specialty": ["Internal Medicine"]}}
        },
    )
    assert understood.not_kept == ()


def test_a_no_and_an_empty_list_say_nothing() -> None:
    extension = {"isInterprofessional ": False, "CommendationTags": {"CommendationTag": []}}
    assert activity(XtensibleInfo={**extension, "HasStateContentTags": "false"}).not_kept == ()


def test_what_a_learner_report_says_beyond_our_records_is_named() -> None:
    understood = learner(
        Participants={"Participant": {"Profession": "Nurse"}},
        Activity={"RegulatoryInformation": {"CompliantToRegulation": {"label": "Opioid REMS"}}},
    )
    assert understood.not_kept == ("participants", "Activity/regulatoryinformation")
