from tests.provider.history import History


def test_what_is_not_stored_is_not_found_again() -> None:
    history = History()
    history.remember("a", [1], stored=True)
    history.remember("b", [2], stored=False)
    assert (history.recall("a"), history.recall("b")) == ([1], None)


def test_a_connection_keeps_its_latest_response_and_finds_the_stored_ones() -> None:
    history = History()
    connection = History(history)
    connection.remember("a", [1], stored=False)
    assert connection.recall("a") == [1]
    connection.remember("b", [2], stored=True)
    connection.remember("c", [3], stored=False)
    assert [connection.recall(name) for name in "abc"] == [None, [2], [3]]
    assert [history.recall(name) for name in "abc"] == [None, [2], None]
