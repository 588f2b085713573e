"""From what a client sent of a contact to content that may be saved: all problems, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.contacts.phone_number import phone_violation
from app.contacts.roles import in_order
from app.contacts.schemas import Contact, ContactContent
from app.core.errors import Violation, refuse
from app.core.validation import check
from app.core.violations import in_order_of

Document = dict[str, Any]

CONTENT_FIELDS: Final = tuple(ContactContent.model_fields)
PERSON_FIELDS: Final = tuple(name for name in CONTENT_FIELDS if name != "roles")
SERVER_FIELDS: Final = tuple(
    name for name in Contact.model_fields if name not in CONTENT_FIELDS and name != "meta"
)
_IN_ORDER: Final = in_order_of(ContactContent)


@dataclass(frozen=True, slots=True)
class Submission:
    """Content that is valid in itself."""

    content: Document

    @property
    def person(self) -> Document:
        """Return the content without the roles."""
        return {name: self.content[name] for name in PERSON_FIELDS}

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles that were asked for."""
        return frozenset(self.content["roles"])


def submission(document: Any, changed: Callable[[Document], Sequence[Violation]]) -> Submission:
    """Judge a document; raise ProblemError 422 with every violation.

    `changed` lists what of the server's fields that came back is not as it stands.
    """
    found: list[Violation] = []
    if isinstance(document, dict):
        found += changed({name: document[name] for name in SERVER_FIELDS if name in document})
        document = {
            name: value
            for name, value in document.items()
            if name not in SERVER_FIELDS and name != "meta"
        }
        found += _phone_violations(document)
    checked = check(ContactContent, document)
    judged = {violation.pointer for violation in found}
    found += [one for one in checked.violations if one.pointer not in judged]
    if found or checked.model is None:
        raise refuse(sorted(found, key=_IN_ORDER))
    content = checked.model.model_dump()
    content["roles"] = in_order(frozenset(content["roles"]))
    return Submission(content)


def _phone_violations(document: Document) -> list[Violation]:
    violation = phone_violation(document.get("phone"))
    return [] if violation is None else [violation]
