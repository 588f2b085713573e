from hypothesis import given
from hypothesis import strategies as st

from app.catalog.reading import containing


@given(st.text(alphabet="%_\\ab"))
def test_a_search_for_signs_finds_them_as_they_are(words: str) -> None:
    pattern = containing(words)
    assert pattern[0] == pattern[-1] == "%"
    inside = iter(pattern[1:-1])
    read = [next(inside) if sign == "\\" else f"wildcard {sign}" for sign in inside]
    plain = [sign for sign in words if sign in "%_\\"]
    assert [sign for sign in read if not sign.startswith("wildcard ")] == plain
