from headroom.compressors import json_hidden
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number

HASHES: Cells = [f"{at:040x}" for at in range(9)]
NAMES: Cells = [f"file {at}" for at in range(9)]


def test_hashes_are_hidden_where_another_column_tells_rows_apart() -> None:
    assert json_hidden.columns({"sha": HASHES, "name": NAMES}, "") == {"sha": "sha"}
    assert json_hidden.columns({"sha": HASHES, "name": ["x"] * 9}, "") == {}
    assert json_hidden.columns({"sha": HASHES}, "") == {}
    assert json_hidden.columns({"sha": HASHES, "name": NAMES}, "what is 0000000000 for") == {}


def test_ids_that_follow_from_a_name() -> None:
    logins: Cells = ["ann", "bob", "cy"] * 4
    ids: Cells = [Number(str(len(str(login)))) for login in logins]
    assert json_hidden.columns({"user.login": logins, "user.id": ids}, "") == {"user.id": "user.id"}
    assert json_hidden.columns({"login": logins, "id": ids}, "") == {}
    assert json_hidden.columns({"user.login": logins, "user.id": [Number(str(at)) for at in range(12)]}, "") == {}


def test_what_is_the_same_wherever_the_object_is() -> None:
    logins: Cells = ["ann", MISSING, "bob"]
    kinds: Cells = ["User", MISSING, "User"]
    assert json_hidden.columns({"who.login": logins, "who.type": kinds}, "") == {
        "who.type": "who.type (always User)"
    }
    assert json_hidden.columns({"who.login": ["ann", "x", "bob"], "who.type": kinds}, "") == {}
