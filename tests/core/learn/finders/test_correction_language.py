"""A language is its patterns, joined, in any case."""

from headroom.learn.finders.correction_language import language


def test_patterns_are_joined() -> None:
    made = language(
        "xx",
        r"^nay\s+",
        lasting=(r"^ever\b", r"^aye\b"),
        forbids=(r"^nary",),
        contrast=(r"\bnot\b",),
        imperative=(r"^do\b",),
        harmless=(r"^fine",),
        passing=(r"now$",),
    )
    assert made.lead.match("NAY do it")
    assert made.lasting.search("Aye aye")
    assert not made.lasting.search("for ever")
