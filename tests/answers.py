"""What answers say, in short."""

import httpx

from tests.builders import Document


def codes(problem: Document) -> list[str]:
    """Return the codes of everything that a problem names."""
    return [error["code"] for error in problem["errors"]]


def refusal(reply: httpx.Response) -> list[tuple[str, str]]:
    """Return code and pointer of everything that was wrong with what was sent."""
    assert reply.status_code == 422, reply.text
    return [(error["code"], error["pointer"]) for error in reply.json()["errors"]]


def told(document: Document) -> list[tuple[str, str, str]]:
    """Return code, pointer and reason of each warning about a record."""
    return [
        (warning["code"], warning["pointer"], warning["because"])
        for warning in document["warnings"]
    ]
