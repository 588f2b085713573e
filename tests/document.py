"""The API document as it is kept in the repository.

tests/contract/test_openapi_document.py holds it against the code, once for all tests that read it.
"""

import json
from pathlib import Path
from typing import Any, Final

SAVED: Final = Path(__file__).parents[1] / "openapi" / "openapi.json"
DOCUMENT: Final[dict[str, Any]] = json.loads(SAVED.read_text(encoding="utf-8"))
