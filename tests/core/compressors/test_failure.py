import pytest

from headroom.compressors import failure


def speaks(text: str) -> bool:
    return bool(failure.Search([text]).failures())


@pytest.mark.parametrize(
    "text",
    [
        "connection refused",
        '{"status": 503}',
        "process exited with code 2",
        "GET /users 500",
        "TypeError: x is not a function",
        "request timed out",
        "tests failed: 3",
        *("status=denied", "child 4711 gone, exit 137", "OOMKilled", "Killed process 4711", "signal: SIGKILL"),
        *(
            "rc=137",
            '{"rc": 1}',
            "return code 137",
            "returncode=1",
            '"exitCode":137',
            "Exited (137) 5 minutes ago",
        ),
    ],
)
def test_failures_are_heard(text: str) -> None:
    assert speaks(text)


@pytest.mark.parametrize(
    "text",
    [
        "0 errors",
        "no failures",
        '"error": null',
        "timeout=30",
        "exit code 0",
        "0 denied",
        "denied=0",
        "exit 0",
        "exitCode: 0",
        "OOMKilled: false",
        "not killed",
        "rc=0",
        "src=137",
        "v1.0-rc1",
        "return code 0",
        "rc=1.2",
        '{"status": 200}',
        "",
    ],
)
def test_denials_are_not_failures(text: str) -> None:
    assert not speaks(text)


def test_texts_are_found_by_number() -> None:
    search = failure.Search(["fine", "it failed\nhere", "ok", "Fatal"])
    assert search.failures() == {1, 3}
    assert search.lines_with("ok") == [2]


def test_words_and_numbers_are_found_by_themselves() -> None:
    search = failure.Search(["0 errors", "GET /x 500", "status=503", "GET /x 200", "fine"])
    assert search.words() == {0}
    assert search.numbers() == {1, 2, 3}
    assert search.failing_numbers() == {1, 2}
    assert search.failures() == {1, 2}
    assert search.holding("get /x") == [1, 3]
    assert search.holding("get /x", limit=0) == [1]


def test_texts_longer_in_lower_case_keep_their_numbers() -> None:
    assert failure.Search(["\u0130" * 50, "ok", "it failed"]).failures() == {2}
