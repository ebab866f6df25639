"""What of traffic and of failures may stand in a log: what looks like a name, a hash, or our own words."""

import re

_NAME = re.compile(r"[\w.:/@\[\]-]{0,128}")
_KEY_SHAPED = re.compile(
    r"(?<![A-Za-z])(?:(?:sk|pk|rk|xox[a-z]|glpat|Bearer)[-_]|gh[opsu]_|github_pat_|AKIA|AIza|eyJ)[\w-]{12,}"
    r"|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{32,}"
)
_HEX = re.compile(r"[0-9a-f]{0,64}")
_OWN_WORD = re.compile(
    r"[A-Za-z_]{1,40}(?:[-_/.][A-Za-z]{1,20})*"  # words, class names
    r"|[\w.]{1,60}\.py:\d+"  # where in our code
    r"|[\d.,]{1,16}[A-Za-z%]{0,8}"  # numbers
    r"|[!-/:-@\[-`{-~]{0,3}"  # punctuation
)


def label(name: str) -> str:
    """Return a name from traffic, or "(hidden)" when it looks like a text or a key rather than a name."""
    is_name = _NAME.fullmatch(name) and not _KEY_SHAPED.search(name)
    return name if is_name else "(hidden)"


def digest(key: str) -> str:
    """Return a hash in hex, or "(hidden)" for anything else."""
    return key if _HEX.fullmatch(key) else "(hidden)"


def words(text: str) -> str:
    """Return our own words on a failure: what looks like a value, a key or a path becomes an ellipsis."""
    kept = [word if _OWN_WORD.fullmatch(word.strip("'\"`.,;:()[]<>")) else "…" for word in text.split()[:40]]
    return " ".join(kept)
