"""What speaks of a failure: words, exit codes and statuses, but not their denial ("0 errors", "error: none")."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Final

_NOTHING: Final = r"(?:0(?![.\d])|0\.0*+(?!\d)|nil\b|null\b|none\b|false\b|no\b|<nil>|\"\"|''|\[\]|\{\})"
_IS_NOTHING: Final = rf"[a-z_]*+[\"']?+ ?[=:] ?[\"']?{_NOTHING}"
_FAILURE: Final = re.compile(rf"(?!{_IS_NOTHING})")
_LATE: Final = re.compile(rf"(?!{_IS_NOTHING}|timeout[a-z_]*+[\"']?+ ?[=:] ?[\"']?\d)")
_INVALID: Final = re.compile(rf"(?!invalidat|{_IS_NOTHING})")
_EXIT: Final = re.compile(
    r"exit(?:(?>(?:ed|ing)?)[^a-z0-9\n]{1,3}+(?>(?:with )?)(?>(?:exit )?)(?>(?:code|status)?)|code|status)"
    r"[^a-z0-9\n]{0,3}+-?[1-9]"
)
_RETURNED: Final = re.compile(
    r"(?<![a-z0-9_.-])(?:rc|ret(?>(?:urn[ _]?+)?)code)[\"']?+(?: ?[=:] ?| )[\"']?+-?[1-9]\d*+(?![.\w])"
)
_STATUS: Final = re.compile(r"(?:status|code)[a-z_]*+[\"']?+ ?[=:]? ?[\"']?[45]\d\d\b(?!\.)")
_REQUEST: Final = re.compile(
    r"(?:get|post|put|patch|delete|head|options) /\S*+(?>(?: http/[\d.]++\"?+)?)(?: -| =>| ->|:)? [45]\d\d\b"
)
_PROTOCOL: Final = re.compile(r"http/[\d.]++\"?+ [45]\d\d\b")
_WORDS: Final = (
    *(
        "error",
        "exception",
        "fail",
        "fatal",
        "panic",
        "critical",
        "abort",
        "killed",
        "crash",
        "segfault",
        "sigkill",
        "sigsegv",
        "traceback",
    ),
    *(
        "refused",
        "denied",
        "unreachable",
        "unavailable",
        "unauthorized",
        "forbidden",
        "reject",
        "violat",
        "expired",
    ),
    *(
        "cannot",
        "can't",
        "couldn't",
        "corrupt",
        "exhausted",
        "overflow",
        "deadlock",
        "unhealthy",
        "backoff",
        "back-off",
    ),
    *(
        "segmentation fault",
        "out of memory",
        "oomkill",
        "oom-kill",
        "unable to",
        "could not",
        "not found",
        "no such",
    ),
    *("broken pipe", "reset by peer", "timed out"),
)
_METHODS: Final = ("get /", "post /", "put /", "patch /", "delete /", "head /", "options /")
_NEEDLES: Final[Mapping[str, re.Pattern[str]]] = {
    **dict.fromkeys(_WORDS, _FAILURE),
    "timeout": _LATE,
    "invalid": _INVALID,
    "exit": _EXIT,
    **dict.fromkeys(("rc=", "rc:", 'rc":', "retcode", "returncode", "return code", "return_code"), _RETURNED),
    "status": _STATUS,
    "code": _STATUS,
    "http/": _PROTOCOL,
}
"""What speaks of a failure, in lower case, and what must match where it stands."""
_BY_NUMBER: Final = (_EXIT, _RETURNED, _STATUS, _PROTOCOL)
_NUMBERED: Final = {needle: here for needle, here in _NEEDLES.items() if here in _BY_NUMBER}
"""Those of them that tell of a failure only by the number behind them."""
_WORDED: Final = {needle: here for needle, here in _NEEDLES.items() if here not in _BY_NUMBER}
_DENIALS: Final = ("no ", " 0 ", "\n0 ", "without ", "=0 ", "zero ", "(0 ", ":0 ", "non-", "not ", "never ")

_ANYTHING: Final = re.compile("")


class Search:
    """Finds words in texts (lines, or rows as text), in any case, in time linear in their length."""

    def __init__(self, texts: Iterable[str]) -> None:
        said = list(texts)
        joined = "\n".join(said)
        # Outside of ASCII, a text may be longer in lower case.
        lowered = said if joined.isascii() else [text.lower() for text in said]
        self._text = "\n" + (joined if joined.isascii() else "\n".join(lowered)).lower()
        self._starts = list(accumulate([len(text) + 1 for text in lowered], initial=1))

    def failures(self) -> set[int]:
        """Return the numbers of the texts that speak of a failure and do not deny it."""
        words = {number for needle, here in _WORDED.items() for number in self.lines_with(needle, here)}
        return words | self.failing_numbers()

    def failing_numbers(self) -> set[int]:
        """Return the numbers of the texts that tell of a failure by a number: an exit code, a status."""
        found = {number for needle, here in _NUMBERED.items() for number in self.lines_with(needle, here)}
        if any(method in self._text for method in _METHODS):
            found.update(bisect_right(self._starts, match.start()) - 1 for match in _REQUEST.finditer(self._text))
        return found

    def words(self) -> set[int]:
        """Return the numbers of the texts with a word that speaks of a failure, whether it is denied or not."""
        return {number for needle in _WORDED for number in self.holding(needle)}

    def numbers(self) -> set[int]:
        """Return the numbers of the texts in which a number may tell of a failure."""
        return {number for needle in (*_NUMBERED, *_METHODS) for number in self.holding(needle)}

    def holding(self, word: str, limit: int | None = None) -> list[int]:
        """Return the numbers of the texts that hold a word, or a part of a word.

        Args:
            word: in lower case.
            limit: stop once more texts than this have it.
        """
        found: list[int] = []
        at = self._text.find(word)
        while at >= 0 and (limit is None or len(found) <= limit):
            number = bisect_right(self._starts, at) - 1
            found.append(number)
            at = self._text.find(word, self._starts[number + 1])
        return found

    def lines_with(self, needle: str, here: re.Pattern[str] = _ANYTHING, limit: int | None = None) -> list[int]:
        """Return the numbers of the texts where `needle` stands, is not denied, and `here` matches at it.

        Args:
            needle: in lower case.
            limit: stop once more texts than this have it.
        """
        found: list[int] = []
        at = self._text.find(needle)
        while at >= 0 and (limit is None or len(found) <= limit):
            end = at + len(needle)
            if here.match(self._text, at) and not self._text.endswith(_DENIALS, max(0, at - 8), at):
                number = bisect_right(self._starts, at) - 1
                found.append(number)
                end = self._starts[number + 1]
            at = self._text.find(needle, end)
        return found
