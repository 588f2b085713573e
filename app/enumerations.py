"""The lists of words of the API, by the names that generated clients give them."""

from types import MappingProxyType
from typing import Final

from app.activities.bulk_closing_schemas import BulkCloseResult
from app.activities.listing_parameters import SortName
from app.activities.schemas import (
    DeliveryMethod,
    Fee,
    FormatName,
    InKindNature,
    Measure,
    MeasureKind,
    Providership,
    Registration,
    RequiredStatus,
    StatusName,
)
from app.auth.schemas import State
from app.auth.scopes import Kind, ScopeName
from app.batch.outcomes import Result
from app.batch.schemas import ActivityAction, CompletionAction
from app.contacts.schemas import RoleName
from app.core.worlds import Mode
from app.learners.completion_schemas import CompletionChange
from app.moc.schemas import Origin
from app.providers.schemas import AccreditationStatus

ENUMERATIONS: Final = MappingProxyType(
    {
        "AccreditationStatus": AccreditationStatus,
        "ActivityBatchAction": ActivityAction,
        "ActivityFormat": FormatName,
        "ActivitySort": SortName,
        "ActivityStatus": StatusName,
        "BatchResult": Result,
        "BulkCloseResult": BulkCloseResult,
        "CompletionBatchAction": CompletionAction,
        "CompletionChange": CompletionChange,
        "ContactRole": RoleName,
        "CredentialKind": Kind,
        "CredentialMode": Mode,
        "CredentialScope": ScopeName,
        "CredentialState": State,
        "DeliveryMethod": DeliveryMethod,
        "Fee": Fee,
        "InKindNature": InKindNature,
        "Measure": Measure,
        "MeasureKind": MeasureKind,
        "Providership": Providership,
        "Registration": Registration,
        "RequiredStatus": RequiredStatus,
        "SettingOrigin": Origin,
    }
)
