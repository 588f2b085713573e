"""The rule kernel: what a record must have, as rows that can be read three ways.

A `Requirement` is data: a condition that must hold, a circumstance in which it must,
and the words for people. The same row is evaluated in Python (`Checklist`), rendered to
SQL and printed as documentation by the rooms that own a table. Nothing here knows the
field, a database or the web; only the standard library is used.
"""

from app.rules.checklist import Checklist, Lack, sections_of
from app.rules.conditions import (
    ALWAYS,
    AllOf,
    Always,
    AnyOf,
    Condition,
    Includes,
    Is,
    Not,
    NotEmpty,
    OneOf,
    Passed,
    Present,
)
from app.rules.requirement import IN_ANY_CASE, Circumstance, Requirement
from app.rules.selfcheck import check_table

__all__ = [
    "ALWAYS",
    "IN_ANY_CASE",
    "AllOf",
    "Always",
    "AnyOf",
    "Checklist",
    "Circumstance",
    "Condition",
    "Includes",
    "Is",
    "Lack",
    "Not",
    "NotEmpty",
    "OneOf",
    "Passed",
    "Present",
    "Requirement",
    "check_table",
    "sections_of",
]
