from hypothesis import given
from hypothesis import strategies as st

from tests.provider.signing import seal, sign, unseal, verify


@given(st.text(), st.text())
def test_a_signature_fits_its_own_text_only(text: str, other: str) -> None:
    assert verify(text, sign(text))
    assert verify(other, sign(text)) == (other == text)


def test_a_foreign_signature_is_refused() -> None:
    assert not verify("hm", "EqQBé")


def test_only_what_was_sealed_here_and_is_unchanged_opens() -> None:
    sealed = seal("hm é")
    assert unseal(sealed) == "hm é"
    other = sealed[:-8] + ("A" if sealed[-8] != "A" else "B") + sealed[-7:]
    assert [unseal(value) for value in (other, "gAAAAA", "gAAAAA!", "hm", None, 5)] == [None] * 6
