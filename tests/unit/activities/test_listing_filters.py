from datetime import date

from app.activities.listing_filters import Filter, Parameters, conditions


def test_what_a_client_sends_travels_as_a_parameter_only() -> None:
    sent = "x'; DROP TABLE activities; --"
    parameters = Parameters("0000001", date(2026, 11, 22))
    predicates = list(conditions(Filter(internal_id=sent, q=sent, moc_board=sent), parameters))
    assert len(predicates) == 3
    assert not [predicate for predicate in predicates if "DROP" in predicate]
    assert parameters.values[2:] == [sent] * 3


def test_the_text_depends_on_which_filters_are_given_and_not_on_their_values() -> None:
    def text(wanted: Filter) -> list[str]:
        return list(conditions(wanted, Parameters("0000001", date(2026, 11, 22))))

    assert text(Filter(year=2025, q="a")) == text(Filter(year=1999, q="%"))
    assert text(Filter(status=("draft",))) == text(Filter(status=("draft", "closed")))


def test_a_filter_that_is_not_given_asks_for_nothing() -> None:
    assert Filter().asked() == {}
    assert Filter(year=2025).asked() == {"year": 2025}
