"""Tables of words, written as lines of text."""


def word_set(*lines: str) -> frozenset[str]:
    """Return the words of lines, parted by blanks."""
    return frozenset(word for line in lines for word in line.split())


def phrases(*lines: str) -> tuple[str, ...]:
    """Return the phrases of lines, parted by commas."""
    return tuple(phrase for line in lines for part in line.split(",") if (phrase := part.strip()))
