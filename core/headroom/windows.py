"""How many tokens a model's context holds: a dated table of data, under the user's own rules.

A model without a row has no window, and so no budget: unknown is unknown.
"""

import re
import tomllib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

_AROUND_NAME: Final = (
    r"^.*/",  # openrouter/..., models/..., an inference profile's ARN
    r"^(?:us-gov|us|eu|apac|global|jp|au|in|ca)\.",
    r"^(?:anthropic|amazon|meta|mistral|openai|qwen|moonshotai|zai|google|xai)\.",
    r"@[\w-]+$",
    r"-v\d+(?::\w+)+$|-v1$",  # -v1:0
    r"-20\d\d-?\d\d-?\d\d$",
)
_DOT_OF_A_VERSION: Final = re.compile(r"(?<=\d)\.(?=\d)")


class WindowError(ValueError):
    """A rule is not "glob=tokens"; the message names the rule."""


class Window(NamedTuple):
    """What a model's context holds, in its own tokens."""

    total: int | None
    """Prompt and answer together; None where each has a limit of its own."""
    input: int | None = None
    """The prompt alone; None where only the sum is limited."""
    factor: float = 1.0
    """How many of the model's tokens one of o200k_base makes up, about."""

    def prompt_tokens(self, answer_tokens: int) -> int:
        """Return how long a prompt may be that leaves room for an answer of so many tokens."""
        rooms = [] if self.input is None else [self.input]
        if self.total is not None:
            rooms.append(self.total - answer_tokens)
        return max(min(rooms), 0)


class _Row(NamedTuple):
    match: tuple[str, ...]
    window: Window


def find(model: str, rules: Sequence[str] = ()) -> Window | None:
    """Return a model's window; None where it is not known.

    Args:
        model: the name as the request spells it.
        rules: the user's, as "glob=tokens" (prompt and answer together); of those that fit, the last one holds,
            and it wins over the table. The globs are for the name as it is spelled, or without what stands
            around it.

    Raises WindowError for a rule that is none.
    """
    known = _best(model)
    for glob, tokens in reversed([read_rule(rule) for rule in rules]):
        if any(fnmatchcase(name, glob.lower()) for name in (model.strip().lower(), bare_name(model))):
            return Window(tokens, factor=known.factor if known else 1.0)
    return known


def read_rule(rule: str) -> tuple[str, int]:
    """Return the glob and the tokens of a rule: "llama3*=8192". Raises WindowError."""
    glob, _, tokens = rule.rpartition("=")
    number = tokens.strip().replace("_", "")
    if not glob.strip() or not number.isdecimal() or not int(number):
        raise WindowError(f"context.windows: {rule!r} is not of the form glob=tokens, as llama3*=8192")
    return glob.strip(), int(number)


def bare_name(model: str) -> str:
    """Return a model's name without vendor, region, version and date around it, and "-" for a version's "."."""
    name = model.strip().lower()
    for pattern in _AROUND_NAME:
        name = re.sub(pattern, "", name)
    return _DOT_OF_A_VERSION.sub("-", name)


@lru_cache(maxsize=256)
def _best(model: str) -> Window | None:
    name = bare_name(model)
    fits = [(len(glob), row.window) for row in shipped() for glob in row.match if fnmatchcase(name, glob)]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


@cache
def shipped() -> tuple[_Row, ...]:
    """Return the rows that ship with the package."""
    text = resources.files("headroom").joinpath("data/windows.toml").read_text(encoding="utf-8")
    return tuple(
        _Row(tuple(row["match"]), Window(row.get("window"), row.get("input"), row.get("factor", 1.0)))
        for row in tomllib.loads(text)["window"]
    )
