"""Which rows of a table speak of a failure: by their words, and by what their columns are for."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from headroom import words
from headroom.compressors import failure
from headroom.compressors.json_columns import MISSING, Cells, _Missing
from headroom.compressors.json_values import Number, Value

_ERROR_WORDS: Final = frozenset(
    {"error", "errors", "err", "exception", "failure", "failures", "fault", "stderr", "panic"}
)
_LEVEL_WORDS: Final = frozenset({"level", "severity", "lvl", "loglevel", "priority"})
_EXIT_WORDS: Final = frozenset({"exit", "exitcode", "returncode", "rc", "retcode"})
_STATUS_WORDS: Final = frozenset({"status", "code", "http", "statuscode"})
_OK_WORDS: Final = frozenset({"ok", "success", "succeeded", "passed", "healthy", "valid", "ready"})
_LEVELS: Final = frozenset(
    {
        "warn",
        "warning",
        "error",
        "err",
        "fatal",
        "critical",
        "crit",
        "alert",
        "emerg",
        "emergency",
        "panic",
        "severe",
    }
)
_NOTHING: Final = frozenset(
    {"", "0", "none", "null", "nil", "ok", "no", "false", "success", "n/a", "-", "noerror"}
)
_STATUS: Final = re.compile(r"[45]\d\d")
_COMMON_SHARE: Final = 0.4
"""Where more of the rows have it, a word of failure (or a column's value) tells nothing."""


def rows(columns: Mapping[str, Cells], texts: Sequence[str]) -> list[int]:
    """Return the rows that speak of a failure, in order.

    Args:
        columns: the table's columns by name; names like status, exit_code, level, error tell what to look for.
        texts: the rows as text, in which words of failure count.
    """
    most = _COMMON_SHARE * len(texts)
    spoken = failure.Search(texts).failures()
    found = set(spoken) if len(spoken) <= most else set()
    for name, values in columns.items():
        fails = _test(name)
        if fails is None:
            continue
        by_column = {row for row, value in enumerate(values) if fails(value)}
        if len(by_column) <= most or _is_level(name):
            found |= by_column
    return sorted(found)


def _is_level(name: str) -> bool:
    return not _LEVEL_WORDS.isdisjoint(words.split(name))


def _test(name: str) -> "Callable[[Value | _Missing], bool] | None":
    """Return the test for a column's values by its name; None where the name says nothing."""
    said = frozenset(words.split(name.rpartition(".")[2]))
    for its_words, test in _TESTS:
        if not said.isdisjoint(its_words):
            return test
    return None


def _is_error(value: "Value | _Missing") -> bool:
    if value is MISSING or value is None or value is False or value == [] or value == {}:
        return False
    return not (isinstance(value, str) and value.strip().lower() in _NOTHING)


def _is_bad_exit(value: "Value | _Missing") -> bool:
    return (
        isinstance(value, str) and value.strip().lstrip("-").isdecimal() and int(value[-9:].lstrip("-") or 0) != 0
    )


def _is_bad_status(value: "Value | _Missing") -> bool:
    return isinstance(value, str) and _STATUS.fullmatch(value) is not None


def _is_bad_level(value: "Value | _Missing") -> bool:
    if type(value) is Number:
        # Bunyan and pino count up from 10: 40 is a warning. Syslog counts down from 7: 4 is one.
        return value in ("40", "50", "60")
    return type(value) is str and value.strip().lower() in _LEVELS


def _is_not_ok(value: "Value | _Missing") -> bool:
    return value is False


_TESTS: Final = (
    (_EXIT_WORDS, _is_bad_exit),
    (_ERROR_WORDS, _is_error),
    (_LEVEL_WORDS, _is_bad_level),
    (_STATUS_WORDS, _is_bad_status),
    (_OK_WORDS, _is_not_ok),
)
