"""Every router of the application, and how the API document groups their calls."""

from app.activities.accreditor_list_router import router as accreditor_list_router
from app.activities.bulk_closing_router import router as bulk_closing_router
from app.activities.deed_router import router as deed_router
from app.activities.history_router import router as history_router
from app.activities.key_router import router as key_router
from app.activities.list_router import router as list_router
from app.activities.reference_router import router as activity_reference_router
from app.activities.router import router as activity_router
from app.auth.credential_router import router as credential_register_router
from app.auth.key_router import router as provider_key_router
from app.auth.oauth_router import router as oauth_router
from app.auth.router import router as credential_router
from app.batch.completions_router import router as completion_batch_router
from app.batch.router import router as activity_batch_router
from app.catalog.router import router as catalog_router
from app.changes.router import router as changes_router
from app.contacts.directory_router import router as directory_router
from app.contacts.roles_router import router as contact_roles_router
from app.contacts.router import router as contacts_router
from app.core.health import router as health_router
from app.core.metrics import router as metrics_router
from app.discovery import router as discovery_router
from app.exports.router import router as exports_router
from app.imports.router import router as imports_router
from app.learners.completion_list_router import router as completion_list_router
from app.learners.completion_router import router as completion_router
from app.learners.totals_router import router as learner_totals_router
from app.moc.boards_router import router as moc_boards_router
from app.moc.router import router as moc_router
from app.pages.problem_pages import router as problem_pages_router
from app.pages.router import router as pages_router
from app.providers.accreditor_router import router as accreditor_router
from app.providers.operator_router import router as operator_router
from app.providers.router import router as providers_router
from app.reference.router import router as reference_router
from app.sandbox.router import router as sandbox_router
from app.support.router import router as support_router
from app.support.supporters_router import router as supporters_router

# A path is matched in this order: fixed segments come before ids.
ROUTERS = (
    key_router,
    list_router,
    accreditor_list_router,
    activity_batch_router,
    bulk_closing_router,
    activity_router,
    deed_router,
    history_router,
    imports_router,
    exports_router,
    changes_router,
    support_router,
    supporters_router,
    moc_router,
    moc_boards_router,
    learner_totals_router,
    completion_batch_router,
    completion_list_router,
    completion_router,
    contact_roles_router,
    contacts_router,
    directory_router,
    catalog_router,
    provider_key_router,
    providers_router,
    accreditor_router,
    operator_router,
    credential_register_router,
    activity_reference_router,
    reference_router,
    credential_router,
    oauth_router,
    sandbox_router,
    discovery_router,
    pages_router,
    problem_pages_router,
    health_router,
    metrics_router,
)

TAGS = [
    {"name": "Activities", "description": "Push, read, complete, close and delete activities."},
    {"name": "Discovery", "description": "What answers here, and its day."},
    {"name": "Credentials", "description": "Who you are, and the keys that act for you."},
    {"name": "Commercial support", "description": "Money and in-kind help from companies."},
    {"name": "MOC", "description": "Registrations with certifying boards."},
    {"name": "Learner totals", "description": "Learner counts, and their state at year's end."},
    {"name": "Imports", "description": "Files of many records, with a reason for each row."},
    {"name": "Completions", "description": "What individual learners completed."},
    {"name": "Exports", "description": "All records of a provider as one file."},
    {"name": "Contacts", "description": "The people behind a provider and the roles they hold."},
    {"name": "Providers", "description": "Profiles, accreditors and their deadlines."},
    {"name": "Accreditors", "description": "What accreditors read and set for all providers."},
    {"name": "Operation", "description": "The register: providers, accreditors, credentials."},
    {"name": "Sandbox", "description": "Records to try things out with, apart from live ones."},
    {"name": "Changes", "description": "The feed of all changes."},
    {"name": "Directory", "description": "What the public may see, without a key."},
    {"name": "Reference", "description": "Formats, requirements, boards and every value list."},
]
