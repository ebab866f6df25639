"""Tables written as text."""

from headroom.learn.finders.tables import phrases, word_set


def test_tables_are_read() -> None:
    assert word_set("a b", "c a") == {"a", "b", "c"}
    assert phrases("npm test, npm t,", "go test") == ("npm test", "npm t", "go test")
