"""What leads to a correction in English, what holds for longer, and what is a task or a remark."""

import pytest

from headroom.learn.finders.correction_english import ENGLISH


@pytest.mark.parametrize(
    "sentence",
    [
        "no, ",
        "Actually ",
        "I told you already: ",
        "that is the wrong client, ",
        "Same mistake again: ",
        "For the record: ",
    ],
)
def test_what_leads_to_a_correction(sentence: str) -> None:
    assert ENGLISH.lead.match(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "every PR needs a changelog entry",
        "commit messages must start with the ticket number",
        "tests go in spec/",
        "we target Node 18",
        "use British spelling in the docs",
    ],
)
def test_what_holds_for_longer(sentence: str) -> None:
    assert ENGLISH.lasting.search(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "every page needs a footer",
        "users must be able to log in with Google",
        "all tests must pass",
        "use the new helper in the tests",
        "we deploy on Friday",
        "always nice to see green tests",
    ],
)
def test_what_is_a_task_or_a_remark(sentence: str) -> None:
    assert not ENGLISH.lasting.search(sentence)
    assert not ENGLISH.forbids.search(sentence)
    assert not ENGLISH.contrast.search(sentence)


@pytest.mark.parametrize("sentence", ["no luck, same error", "no thanks", "never mind", "sure, but not now"])
def test_what_is_harmless(sentence: str) -> None:
    assert ENGLISH.harmless.search(sentence)
