from headroom import words


def test_identifiers_come_whole_and_in_parts() -> None:
    assert words.split("parseHTTPRequest(user_id2)") == [
        *("parsehttprequest", "parse", "http", "request"),
        *("user_id2", "user", "id", "2"),
    ]


def test_plain_words_come_once() -> None:
    assert words.split("Plain words, 404.") == ["plain", "words", "404"]
