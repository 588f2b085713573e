"""All tables, gathered for the migrations."""

from app.activities.models import Activity
from app.auth.models import Credential
from app.contacts.models import Contact
from app.core.idempotency import KeptAnswer
from app.core.models import Base
from app.imports.models import Import, ImportApplied, ImportPiece, ImportRejected
from app.learners.models import LearnerCompletion, LearnerCompletionHistory, LearnerSnapshot
from app.providers.models import Provider
from app.reference.models import MocBoard
from app.sandbox.models import SandboxMark
from app.support.models import Supporter, SupporterAlias

__all__ = [
    "Activity",
    "Base",
    "Contact",
    "Credential",
    "Import",
    "ImportApplied",
    "ImportPiece",
    "ImportRejected",
    "KeptAnswer",
    "LearnerCompletion",
    "LearnerCompletionHistory",
    "LearnerSnapshot",
    "MocBoard",
    "Provider",
    "SandboxMark",
    "Supporter",
    "SupporterAlias",
]
