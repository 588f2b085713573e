import pytest

from app.reference import countries, us_states


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("US", "USA"),
        ("usa", "USA"),
        ("United States", "USA"),
        ("Untied States", "USA"),
        ("UK", "GBR"),
        ("zzz", None),
        ("Germny", "DEU"),
        ("Vietnam", "VNM"),
    ],
)
def test_a_country_is_suggested_by_its_code_or_any_of_its_names(
    written: str, meant: str | None
) -> None:
    assert not countries.is_country(written)
    assert (countries.nearest(written) or (None,))[0] == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("California", "CA"), ("ca", "CA"), ("Calif", "CA"), ("Washington DC", "DC"), ("??", None)],
)
def test_a_state_is_suggested_by_its_code_or_its_name(written: str, meant: str | None) -> None:
    assert not us_states.is_us_state(written)
    assert (us_states.nearest(written) or (None,))[0] == meant


def test_a_place_is_known_by_its_code_in_capitals_only() -> None:
    assert countries.is_country("USA")
    assert us_states.is_us_state("CA")
    assert us_states.is_us_state("AP")
    assert not us_states.is_us_state("ON")
