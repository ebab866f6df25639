"""Secrets taken out of what is printed: of settings, errors and findings."""

import re

_USER_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")
_SECRET_PATH = re.compile(r"/s/[0-9a-f]{16,}")
_KEY = re.compile(
    r"(?<![A-Za-z])(?:(?:sk|pk|rk|xox[a-z]|glpat|Bearer)[-_]|gh[opsu]_|github_pat_|AKIA|AIza|eyJ)[\w.-]{8,}"
)
_AFTER_QUESTION_MARK = re.compile(r"(?<=\S)\?[^\s'\"?=]*=[^\s'\"]*")


def without_secrets(text: str) -> str:
    """Return a text without users and passwords in URLs, queries, secret paths, and what looks like a key."""
    text = _USER_IN_URL.sub("…@", text)
    text = _AFTER_QUESTION_MARK.sub("?…", text)
    return _KEY.sub("…", _SECRET_PATH.sub("/s/…", text))
