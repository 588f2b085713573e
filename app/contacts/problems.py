"""The refusals that concern contacts and their roles."""

from dataclasses import replace
from typing import Final

from app.core.database import CONSTRAINT_PROBLEMS
from app.core.errors import declare

PRIMARY_REQUIRED = declare(
    "contact.primary_required",
    409,
    "A provider always has a primary contact",
    "Make the first contact the primary one; later put another in its place with "
    "PUT contacts/roles/primary, in one step.",
)
# The same rule, broken by what a client sends for the first contact.
FIRST_IS_PRIMARY: Final = replace(PRIMARY_REQUIRED, status=422)
ROLE_TAKEN = declare(
    "contact.role_taken",
    409,
    "Another contact holds the role",
    "PUT contacts/roles/{role} puts somebody else in the place of the holder that `related` names.",
)
ROLE_UNKNOWN = declare(
    "contact.role_unknown",
    404,
    "There is no such role",
    "Take a role from GET contacts/roles; `did_you_mean` names the nearest.",
)
CONTACT_UNKNOWN = declare(
    "contact.unknown",
    422,
    "The provider has no contact with this id",
    "Take an id from GET contacts.",
)
EMAIL_INVALID = declare(
    "email.invalid",
    422,
    "The address is not an e-mail address",
    "Send one whole address, such as cme.office@hospital.example.org.",
)
PHONE_INVALID = declare(
    "phone.invalid",
    422,
    "The number is not a phone number in E.164 form",
    "Send a plus sign, the country code and the number, digits only, such as +19165550123.",
)

CONSTRAINT_PROBLEMS["contact_roles_single_holder"] = (ROLE_TAKEN, ROLE_TAKEN.remedy)
