"""The tables fit together."""

from headroom_wrappers.demo import vocabulary as words


def test_the_tests_that_fail_stand_among_the_tests_and_in_the_report() -> None:
    names = {f"{file}::{case}" for file, cases in words.TESTS.items() for case in cases}
    assert names.issuperset(words.FAILING)
    assert all(f"FAILED {name} - KeyError: 'JPY'" in words.TESTS_TAIL for name in words.FAILING)


def test_every_sentence_of_a_search_holds_what_was_sought() -> None:
    for use in (*words.USES, *words.TEST_USES):
        assert "minor_units" in use.format(owner="order", amount="total", number=1)
    assert all("minor_units" in line for line in words.IMPORTS)
