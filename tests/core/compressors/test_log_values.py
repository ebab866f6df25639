import pytest

from headroom.compressors.log_masks import ANY_WORD, PARAMETER
from headroom.compressors.log_values import slots, summary, unlike

USUAL = [str(20 + at * 7 % 31) for at in range(200)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["7"] * 3, "7"),
        (["a", "b", "a"], "<a x2|b x1>"),
        (["5", "3", "250", "12"], "<3..250>"),
        ([f"x{at}" for at in range(9)], "<9 values, e.g. x0>"),
        (["a", "b", "c", "d", "a", "a"], "<4 values: a x3, b x1, c x1, ...>"),
        (["y" * 40, "z" * 40], f"<2 values, e.g. {'y' * 32}...>"),
    ],
)
def test_values_in_short(values: list[str], expected: str) -> None:
    assert summary(values) == expected


@pytest.mark.parametrize(
    ("word", "column", "expected"),
    [
        (PARAMETER, ["1", "2"], [["1", "2"]]),
        (f"took={PARAMETER}ms", ["took=1ms", "took=25ms"], [["1", "25"]]),
        (f"{PARAMETER}/{PARAMETER}", ["1/2", "3/4"], [["1", "3"], ["2", "4"]]),
        (ANY_WORD, ["a", "b"], [["a", "b"]]),
    ],
)
def test_the_parameters_of_a_word(word: str, column: list[str], expected: list[list[str]]) -> None:
    assert [list(values) for values in slots(word, column)] == expected


def test_a_number_far_from_the_others_is_unlike_them() -> None:
    values = list(USUAL)
    values[77], values[140] = "9514", "400"
    strange = unlike([values])
    assert set(strange) == {77, 140}
    assert strange[77] > strange[140] > 1


@pytest.mark.parametrize(
    "values",
    [
        USUAL,
        [str(at) for at in range(1000, 1200)],
        ["5"] * 7 + ["900"],
        [f"{at * 7919:016x}" for at in range(200)],
        ["a", "b"] * 50,
        [f"x{at % 40}" for at in range(80)],
        ["1"] * 3 + ["9000"],
    ],
    ids=["usual", "counter", "few", "ids", "two", "many", "short"],
)
def test_where_nothing_is_unlike(values: list[str]) -> None:
    assert not [at for at, much in unlike([values]).items() if much > 3]


@pytest.mark.parametrize("form", ["{}", "{}ms", "took={}", "(took={}ms)"])
@pytest.mark.parametrize("odd", ["-4", "NaN", "inf", "-"])
def test_another_sign_or_no_number_is_unlike(form: str, odd: str) -> None:
    values = [form.format(20 + at * 7 % 31) for at in range(200)]
    values[77] = form.format(odd)
    assert unlike([values])[77] > 3


def test_a_value_that_few_lines_have_is_unlike_the_others() -> None:
    assert set(unlike([[("hit", "miss")[at % 2] for at in range(200)] + ["corrupt"]])) == {200}
    assert set(unlike([["200"] * 300 + ["418"]])) >= {300}


def test_all_equal_but_a_few_numbers() -> None:
    assert set(unlike([["0"] * 60 + ["47"]])) == {60}


def test_takes_linear_time() -> None:
    columns = [[str(at * 7919 % 10_007) for at in range(200_000)], ["x"] * 200_000]
    unlike(columns)


def test_a_number_that_many_lines_have_is_not_unlike() -> None:
    assert unlike([["200", "200", "200", "304"] * 50]) == {}
    assert unlike([["200"] * 199 + ["503"]]).keys() == {199}
