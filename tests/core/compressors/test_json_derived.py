from headroom.compressors import json_derived
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number

IDS: Cells = [Number(str(at)) for at in (11, 12, 17, 25, 31, 44, 58)]
PATHS: Cells = [f"src/{folder}/{name}.py" for folder in "ab" for name in ("x", "yy", "zzz")]


def test_a_text_with_another_columns_value_in_it() -> None:
    urls: Cells = [f"https://host/i/{number}/x" for number in IDS]
    assert json_derived.derive({"id": IDS, "url": urls}) == {"url": "https://host/i/{id}/x"}


def test_several_columns_in_one_text() -> None:
    owners: Cells = ["ann", "bob", "cy", "ann", "dee", "ed", "flo"]
    urls: Cells = [f"/{owner}/{number}/{{sha}}" for owner, number in zip(owners, IDS, strict=True)]
    columns = {"url": urls, "owner": owners, "id": IDS}
    assert json_derived.derive(columns) == {"url": "/{owner}/{id}/{sha}"}


def test_the_parts_of_a_path() -> None:
    names: Cells = [str(path).rpartition("/")[2] for path in PATHS]
    folders: Cells = [str(path).rpartition("/")[0] for path in PATHS]
    assert json_derived.derive({"name": names, "path": PATHS, "folder": folders}) == {
        "name": '"{path after its last /}"',
        "folder": '"{path up to its last /}"',
    }


def test_the_same_column_twice() -> None:
    assert json_derived.derive({"a": IDS, "b": list(IDS)}) == {"b": "{a}"}
    texts: Cells = [str(number) for number in IDS]
    assert json_derived.derive({"a": IDS, "b": texts}) == {"b": '"{a}"'}


def test_one_row_that_differs_is_enough_to_refuse() -> None:
    urls: Cells = [f"https://host/i/{number}/x" for number in IDS]
    for row in range(len(urls)):
        changed = [*urls[:row], "https://host/i/0/x", *urls[row + 1 :]]
        assert json_derived.derive({"id": IDS, "url": changed}) == {}


def test_columns_that_are_missing_in_the_same_rows() -> None:
    ids: Cells = [MISSING, *IDS]
    urls: Cells = [MISSING, *[f"/i/{number}" for number in IDS]]
    other: Cells = [Number("9"), *IDS]
    assert json_derived.derive({"id": ids, "url": urls, "other": other}) == {"url": "/i/{id}"}


def test_names_that_could_be_misread_are_not_taken_from() -> None:
    urls: Cells = [f"/i/{number}" for number in IDS]
    assert json_derived.derive({"the id": IDS, "url": urls}) == {}
    braces: Cells = [f"/{{id}}/{number}" for number in IDS]
    assert json_derived.derive({"id": IDS, "url": braces}) == {}


def test_few_rows_and_few_columns() -> None:
    assert json_derived.derive({}) == {}
    assert json_derived.derive({"a": IDS}) == {}
    assert json_derived.derive({"a": ["x", "y"], "b": ["x", "y"]}) == {}
