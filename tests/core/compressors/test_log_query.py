from headroom.compressors.log_query import hits

LINES = [f"INFO {'Payment' if at == 7 else 'order'} {at} of user-{at} done" for at in range(200)]


def test_rare_words_of_the_query_are_found() -> None:
    assert hits(LINES, "Why is the payment late? And the order?").sure == [7]
    assert hits(LINES, "") == ([], [])
    assert hits(LINES, "INFO, done") == ([], [])


def test_a_word_is_found_in_another_form() -> None:
    assert hits([*LINES, "Reloading nginx.service"], "when was it reloaded?").sure == [200]


def test_words_for_failures_tell_nothing() -> None:
    assert hits([*LINES, "it failed", "an error"], "which error made it fail?") == ([], [])


def test_numbers_and_ids_are_words() -> None:
    assert hits(LINES, "what did user-123 do?").sure[0] == 123
    assert hits([*LINES, "client 10.0.0.3 gone"], "what about 10.0.0.3?").sure == [200]


def test_words_in_more_than_a_handful_of_lines_are_likely_only() -> None:
    lines = LINES + ["the cathedral burns"] * 9
    assert hits(lines, "the cathedral?") == ([], list(range(200, 209)))


def test_lines_with_more_of_the_words_come_first() -> None:
    lines = [*LINES, "red herring", "red herring on the table"]
    assert hits(lines, "is the herring on a table?").sure == [201, 200]


def test_takes_linear_time() -> None:
    hits(LINES * 500, " ".join(f"word{at}" for at in range(50_000)))
