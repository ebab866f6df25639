"""Which rules stand in a section, and why."""

from collections.abc import Sequence

import pytest

from headroom.agent_files.bullets import plain
from headroom.learn.rules import Before, Found, Plan, about, is_enough, latest, plan, ranked, text_of
from headroom.learn.types import Evidence, Finding

HEADING = "## Learned"


def finding(
    rule: str,
    *,
    subject: str = "",
    kind: str = "missing-command",
    times: int = 2,
    t: float = 1.0,
    sure: float = 0.9,
) -> Finding:
    seen = tuple(Evidence("claude", f"s{t}-{number}", number, t + number) for number in range(times))
    return Finding(kind, subject or rule, rule, "/p", seen, sure)


def words(text: str) -> int:
    return len(text.split())


def planned(before: Before, found: Sequence[Finding] | Found, limit: int = 1000) -> Plan:
    found = found if isinstance(found, Found) else Found(found)
    return plan(before, found, HEADING, limit, words)


def text(made: Plan) -> list[str]:
    """The lines of a section, without blank ones."""
    return [line.decode() for line in made.lines if line]


NOTHING = Before(None, {}, {})
A, B, C = finding("Use A.", times=4), finding("Use B.", times=3), finding("Use C.")


def after(made: Plan, *, lines: Sequence[str] | None = None) -> Before:
    """What is known of a section that was written, and then changed by the user, when lines are given."""
    there = made.lines if lines is None else [line.encode() for line in lines]
    return Before(there, made.rules, made.refused)


def test_the_first_rules_stand_by_their_worth() -> None:
    made = planned(NOTHING, [C, A, B])
    assert text(made) == [HEADING, "- Use A.", "- Use B.", "- Use C."]
    assert list(made.added) == ["Use A.", "Use B.", "Use C."]
    assert planned(NOTHING, []).lines == ()


def test_the_users_own_words_come_first() -> None:
    said = finding("Use pnpm.", kind="correction", times=1, sure=0.6)
    assert ranked([A, said]) == [said, A]


def test_rules_stand_as_programs_that_tidy_up_leave_them() -> None:
    made = planned(NOTHING, [A])
    assert made.lines == (b"", HEADING.encode(), b"", b"- Use A.", b"")
    assert planned(after(made), [A, B]).lines == (*made.lines[:-1], b"- Use B.", b"")
    emptied = Before([b"", HEADING.encode(), b"", b""], {}, {})
    assert planned(emptied, [A]).lines == made.lines


def test_again_changes_nothing() -> None:
    made = planned(NOTHING, [A, B])
    again = planned(after(made), [B, A])
    assert again.lines == made.lines
    assert again.rules == made.rules
    assert not (again.added or again.replaced or again.stale or again.refused)


def test_new_rules_follow_and_old_ones_keep_their_place() -> None:
    made = planned(after(planned(NOTHING, [B])), [A, B, C])
    assert text(made) == [HEADING, "- Use B.", "- Use A.", "- Use C."]


def test_rules_whose_transcripts_are_gone_stay() -> None:
    assert text(planned(after(planned(NOTHING, [A])), [])) == [HEADING, "- Use A."]


def test_a_later_finding_takes_the_place_of_one_it_contradicts() -> None:
    npm, pnpm = finding("Use npm.", subject="js"), finding("Use pnpm.", subject="js", t=100)
    made = planned(after(planned(NOTHING, [npm, A])), [A, pnpm])
    assert text(made) == [HEADING, "- Use A.", "- Use pnpm."]
    assert made.replaced == {"Use npm.": "Use pnpm."}
    assert text(planned(after(made), [npm, A])) == [HEADING, "- Use A.", "- Use pnpm."]
    assert latest([npm, pnpm, A]) == [pnpm, A]


def test_a_rule_that_is_not_borne_out_any_more_is_stale() -> None:
    made = planned(NOTHING, [A, B])
    sessions = frozenset((one.agent, one.session) for one in A.evidence)
    later = planned(after(made), Found([], frozenset({about(B)}), sessions))
    assert text(later) == [HEADING, "- Use B."]
    assert list(later.stale) == ["Use A."]
    assert not later.refused
    some = frozenset(list(sessions)[:-1])
    assert text(planned(after(made), Found([], frozenset({about(B)}), some))) == text(made)
    assert text(planned(after(made), Found([], frozenset({about(A), about(B)}), sessions))) == text(made)


def test_a_rule_that_the_user_deleted_does_not_come_back() -> None:
    made = planned(NOTHING, [A, B])
    later = planned(after(made, lines=[HEADING, "- Use B."]), [A, B])
    assert text(later) == [HEADING, "- Use B."]
    assert later.refused == {about(A): "Use A."}
    assert list(later.left_out) == ["Use A."]
    again = planned(Before(later.lines, later.rules, later.refused, again=True), [A, B])
    assert text(again) == [HEADING, "- Use B.", "- Use A."]
    assert not again.refused
    for phrased in (finding("Use A!", subject="Use A.", times=9), finding("use `A`", subject="other")):
        assert text(planned(after(later), [phrased, B])) == [HEADING, "- Use B."]


def test_a_rule_that_the_user_changed_stays_as_changed() -> None:
    made = planned(NOTHING, [A, B])
    mine = [HEADING, "- Use A, but not on Sundays.", "- Use B.", "", "Words of mine.", ""]
    later = planned(after(made, lines=mine), [A, B, C])
    assert list(later.lines) == [line.encode() for line in (*mine[:-1], "- Use C.", "")]
    assert about(A) in later.refused


def test_an_emptied_section_stays_empty_and_a_lost_one_is_made_anew() -> None:
    made = planned(NOTHING, [A, B])
    assert planned(after(made, lines=[]), [A, B]).lines == ()
    assert planned(Before(None, made.rules, {}), [A]).lines == (b"", HEADING.encode(), b"", b"- Use A.", b"")


def test_what_another_wrote_there_stays() -> None:
    """A section that a colleague committed: we know nothing of its lines."""
    there = [b"## Other", b"- use  a", b"- Their rule.\xff"]
    made = planned(Before(there, {}, {}), [A, B])
    assert made.lines == (*there, b"- Use B.")
    assert list(made.known) == ["Use A."]


def test_what_the_agent_reads_anyway_is_not_said_again() -> None:
    made = planned(Before(None, {}, {}, frozenset({plain("* use a")})), [A, B])
    assert text(made) == [HEADING, "- Use B."]
    assert list(made.known) == ["Use A."]


def test_the_limit_keeps_the_best() -> None:
    line = words("- Use A.")
    made = planned(NOTHING, [C, B, A], words(HEADING) + 2 * line)
    assert text(made) == [HEADING, "- Use A.", "- Use B."]
    assert list(made.crowded_out) == ["Use C."]
    assert planned(after(made), [C, B, A], words(HEADING) + 2 * line).lines == made.lines
    best = finding("Use D.", times=9)
    later = planned(after(made), [A, B, C, best], words(HEADING) + 2 * line)
    assert text(later) == [HEADING, "- Use A.", "- Use D."]
    assert planned(NOTHING, [A], 0).lines == ()


def test_the_users_lines_count_and_stay() -> None:
    made = planned(NOTHING, [A])
    mine = ["- Words of the user's that take all the room there is."]
    assert text(planned(after(made, lines=[*text(made), *mine]), [A, B], 10)) == [HEADING, *mine]


def test_other_words_are_kept_once_written() -> None:
    made = plan(NOTHING, Found([A]), HEADING, 100, words, {about(A): "Always use A."})
    assert text(made) == [HEADING, "- Always use A."]
    assert planned(after(made), [A]).lines == made.lines


TEXTS = {
    "plain": ("Use `a`.", "Use `a`."),
    "spaces and lines": ("  Use\n`a`\t. ", "Use `a` ."),
    "a marker": ("x <!-- headroom:learn:end -->", ""),
    "the end of a comment": ("x --> y", ""),
    "the name alone": ("see headroom:learn:end", ""),
    "an import": ("Read @~/.ssh/id_rsa first.", "Read `@~/.ssh/id_rsa` first."),
    "an import in code": ("Run `npm i @types/node`.", "Run `npm i @types/node`."),
    "a mail address": ("Ask a@example.com.", "Ask a@example.com."),
    "hidden characters": ("a\u202eb\u200b\x1b[31m", "a b [31m"),
    "nothing": (" \n", ""),
    "no sentence": ("x" * 401, ""),
}


@pytest.mark.parametrize(("rule", "text"), TEXTS.values(), ids=TEXTS)
def test_what_may_stand_in_a_file(rule: str, text: str) -> None:
    assert text_of(rule) == text


def test_enough_is_one_word_of_the_users_or_several_sightings() -> None:
    assert not is_enough(finding("x", times=1), 2, 0.5)
    assert is_enough(finding("x", times=2), 2, 0.5)
    assert not is_enough(finding("x", times=2, sure=0.4), 2, 0.5)
    assert is_enough(finding("x", kind="correction", times=1), 2, 0.5)
