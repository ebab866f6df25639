"""How one value is read for its row."""

import pytest

from headroom.setting import Form, Setting, SettingError, parse

ROWS = {
    "flag": Setting("a.flag", False, "Whether."),
    "number": Setting("a.number", 1, "How many."),
    "share": Setting("a.share", 0.5, "What share."),
    "text": Setting("a.text", "", "What.", form=Form("[a-z]+", "small letters")),
    "choice": Setting("a.choice", "x", "Which.", choices=("x", "y")),
    "list": Setting("a.list", (), "Which ones."),
    "rules": Setting("a.rules", (), "What for which.", choices=("x", "y")),
}


@pytest.mark.parametrize(
    ("row", "raw", "value"),
    [
        ("flag", "ON", True),
        ("flag", False, False),
        ("number", "12", 12),
        ("number", 12.0, 12),
        ("share", "1", 1.0),
        ("text", "abc", "abc"),
        ("choice", "y", "y"),
        ("list", "a, b,", ("a", "b")),
        ("list", ["a", " b"], ("a", "b")),
        ("rules", {"a*": "x", "b": "y"}, ("a*=x", "b=y")),
        ("rules", "a*=x, b = y", ("a*=x", "b=y")),
        ("rules", "a=b=x", ("a=b=x",)),
        ("rules", "", ()),
    ],
)
def test_a_value_takes_the_type_of_its_row(row: str, raw: object, value: object) -> None:
    parsed = parse(ROWS[row], raw, "here")
    assert parsed == value
    assert type(parsed) is type(ROWS[row].default)


@pytest.mark.parametrize(
    ("row", "raw", "allowed"),
    [
        ("flag", "maybe", "true or false"),
        ("flag", 1, "true or false"),
        ("number", "-1", "a whole number from 0 on"),
        ("number", 1.5, "a whole number from 0 on"),
        ("number", True, "a whole number from 0 on"),
        ("share", float("inf"), "a number from 0 on"),
        ("text", "A", "small letters"),
        ("choice", "z", "one of x, y"),
        ("choice", {"x": 1}, "one of x, y"),
        ("choice", "", "one of x, y"),
        ("list", 3, "a list of texts"),
        ("rules", "a", "a table of globs, each with one of x, y"),
        ("rules", "=x", "a table of globs, each with one of x, y"),
        ("rules", {"a": {"b": "x"}}, "a table of globs, each with one of x, y"),
        ("rules", {"a": ["x"]}, "a table of globs, each with one of x, y"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(row: str, raw: object, allowed: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse(ROWS[row], raw, "here")
    assert str(caught.value) == f"here: a.{row} must be {allowed}, not {raw!r} ({ROWS[row].help})"


def test_a_row_names_its_variable() -> None:
    assert ROWS["flag"].env == "HEADROOM_A_FLAG"
