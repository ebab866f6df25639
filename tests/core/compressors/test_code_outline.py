from tests.core.compressors.code_samples import parts, sample


def names(text: str, file: str) -> list[str]:
    return [function.qualified for function in parts(text, file)[2].functions]


def test_functions_have_the_names_of_what_is_around_them() -> None:
    assert names(sample("python"), "a.py") == [
        *("Delivery.pieces", "Delivery.parse", "Stock.receive", "Stock.reserve", "Stock.drain"),
        *("load", "retrying", "retrying.decorate", "retrying.decorate.wrapper", "report"),
    ]
    assert {"Cart.constructor", "Cart.onRemove", "handlers.checkout", "pages"} - set(
        names(sample("javascript"), "a.js")
    ) == {"handlers.checkout"}
    assert {"Ring.Add", "New", "fnvHasher.Sum"} <= set(names(sample("go"), "a.go"))
    assert {"Cache<K, V>.insert", "Weigh.is_heavy", "cache", "tests.old_entries_go"} <= set(
        names(sample("rust"), "a.rs")
    )
    assert {"board.Grid<T>.each", "board.count_neighbours"} <= set(names(sample("cpp"), "a.cpp"))
    assert {"Library.Catalog.lend", "Library.Findable.find_by"} <= set(names(sample("ruby"), "a.rb"))


def test_a_function_of_functions_is_a_container() -> None:
    text = "(function () {\n" + "function f() {\n" + "  a;\n" * 20 + "}\n" + "})();\n"
    outer, inner = parts(text, "a.js")[2].functions
    assert outer.is_container
    assert not inner.is_container


def test_comments_that_a_compiler_reads_are_not_left_out() -> None:
    text = (
        "// Package a.\n//\n// It is small, and has a few words.\n//go:generate stringer -type=Pill\npackage a\n"
    )
    (comment,) = parts(text, "a.go")[2].comments
    assert (comment.first_row, comment.last_row) == (1, 2)


def test_a_list_of_exports_is_no_literal_to_cut() -> None:
    text = "__all__ = [\n" + '    "a",\n' * 20 + "]\nDATA = [\n" + '    "a",\n' * 20 + "]\n"
    (literal,) = parts(text, "a.py")[2].literals
    assert literal.first_row > 20


def test_names_stay_short_however_deep_functions_are_nested() -> None:
    text = "function f(){\n" * 500 + "}\n" * 500
    assert max(map(len, names(text, "a.js"))) < 200
