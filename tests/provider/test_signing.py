from hypothesis import given
from hypothesis import strategies as st

from tests.provider.signing import sign, verify


@given(st.text(), st.text())
def test_a_signature_fits_its_own_text_only(text: str, other: str) -> None:
    assert verify(text, sign(text))
    assert verify(other, sign(text)) == (other == text)


def test_a_foreign_signature_is_refused() -> None:
    assert not verify("hm", "EqQBé")
