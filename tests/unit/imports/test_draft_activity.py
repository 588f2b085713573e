"""An activity of the draft that names more than any record may have."""

from app.activities.schemas import MOST_BOARDS
from app.imports.draft.activity import activity_understood
from app.imports.draft.nodes import node_from_json


def test_of_far_too_many_registrations_no_more_are_read_than_show_that_they_are() -> None:
    sent = {"XtensibleInfo": {"MOCRegistrations": [{"boardName": "ABIM"}] * 10_000}}
    record = activity_understood(node_from_json(sent), {}).document
    assert len(record["moc"]["boards"]) == MOST_BOARDS + 1
