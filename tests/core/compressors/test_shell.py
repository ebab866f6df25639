"""A shell line cut into pipelines and stages."""

import pytest

from headroom.compressors import shell


def said(line: str) -> list[list[str]]:
    return [[" ".join(stage.words) for stage in pipeline] for pipeline in shell.pipelines(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a b | c && d; e", [["a b", "c"], ["d"], ["e"]]),
        ("a\nb", [["a"], ["b"]]),
        ("A=1 env -u B nice -n 5 a", [["a"]]),
        ("bash -lc 'a | b; c'", [["a", "b"], ["c"]]),
        ("bash -c \"sh -c 'a b'\"", [["a b"]]),
        ("(a; b) > out", [["a"], ["b"]]),
        ("while true; do a; done", [["true"], ["a"], ["done"]]),
        ("echo 'a; b'", [["echo a; b"]]),
        ("cat 'open", [["cat"]]),
        ("", []),
    ],
)
def test_a_line_is_cut(line: str, expected: list[list[str]]) -> None:
    assert said(line) == expected


def test_a_stage_knows_where_its_input_comes_from() -> None:
    ((first, second),) = shell.pipelines("a < in.txt | xargs -n 1 b")
    assert (first.inputs, first.is_fed, first.is_handed) == (("in.txt",), False, False)
    assert (second.words, second.is_fed, second.is_handed) == (("b",), True, True)


def test_nesting_is_bounded() -> None:
    line = "true"
    for _ in range(8):
        line = "bash -c " + shell.shlex.quote(line)
    assert len(shell.pipelines(line)) <= 1


def test_a_long_line_is_read_as_far_as_it_matters() -> None:
    assert len(shell.pipelines("a; " * 100_000)) < 2000
