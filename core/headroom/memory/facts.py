"""The shapes that memory speaks: a fact, where it came from, and what became of one that was told."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

USER, PROJECT = "user", "project"
SCOPES: Final = (USER, PROJECT)
"""Where a fact holds: in all that the user does, or in one project."""
HAND, LEARN, MCP, INLINE = "hand", "learn", "mcp", "inline"
HOWS: Final = (HAND, LEARN, MCP, INLINE)
"""How a fact came: from the user, from `headroom learn`, from a tool call, from a model's answer."""

UNCONFIRMED: Final = frozenset({MCP, INLINE})
"""What a model tells, and may have been made to tell by what it read: kept, but for the user to accept."""

MOST_CHARS: Final = 2_000
"""A longer text is no fact."""
_NAME_CHARS: Final = 128
_PATH_CHARS: Final = 4_096
_BLANKS = re.compile(r"\s+")


class Refused(ValueError):
    """A text is not kept; the message says why."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who told a fact, and where."""

    how: str = HAND
    """One of HOWS."""
    agent: str = ""
    project: str = ""
    """The project's folder; empty where it is not known."""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing worth knowing in later sessions. Times are in seconds since 1970."""

    id: str
    """8 hex digits."""
    text: str
    """One line."""
    scope: str
    """One of SCOPES."""
    origin: Origin
    """Of the scope "project", its project is also where the fact holds."""
    created: float
    updated: float
    expires: float | None = None
    """From then on it is history; None for never."""
    replaced_by: str = ""
    """The id of the fact that took its place; it is history then."""
    seen: int = 1
    """How often it was told."""
    accepted: bool = True
    """Whether the user has told or accepted it: else it is not written where agents read it."""

    def holds(self, now: float) -> bool:
        """Tell whether it is neither replaced nor expired."""
        return not self.replaced_by and (self.expires is None or self.expires > now)

    def is_about(self, project: str) -> bool:
        """Tell whether it holds in a project: it is the project's, or the user's."""
        return self.scope == USER or (self.origin.project == project and bool(project))


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a fact."""

    t: float
    what: str
    """added, told again, edited, accepted, replaced ID, replaced by ID."""
    text: str
    """What the fact said before; empty where that did not change."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a fact that was told."""

    fact: Fact
    is_new: bool
    """False where the same fact was there already: it is `fact` then, and was told once more."""
    was_masked: bool
    """Whether something that looked like a secret was taken out of the text."""
    like: tuple[Fact, ...] = ()
    """Facts that say something similar, the most similar first. None of them was changed: which one holds is for
    the user to say."""


def one_line(text: str) -> str:
    """Return a text as one line without characters that do not print. Raises Refused where nothing is left."""
    if len(text) > 4 * MOST_CHARS:
        raise Refused(_too_long(len(text)))
    plain = "".join(char if char.isprintable() or char.isspace() else "" for char in text)
    plain = unicodedata.normalize("NFC", _BLANKS.sub(" ", plain).strip())
    if not any(char.isalnum() for char in plain):
        raise Refused("there are no words in it")
    if len(plain) > MOST_CHARS:
        raise Refused(_too_long(len(plain)))
    return plain


def _too_long(chars: int) -> str:
    return f"it has {chars:,} characters, and a fact has at most {MOST_CHARS:,}"


def checked(origin: Origin) -> Origin:
    """Return an origin whose names are names: of one line, not too long. Raises Refused for an unknown `how`."""
    if origin.how not in HOWS:
        raise Refused(f"how it came must be one of {', '.join(HOWS)}, not {origin.how!r:.40}")
    return replace(
        origin,
        agent=_name(origin.agent, _NAME_CHARS),
        project=_name(origin.project, _PATH_CHARS),
        session=_name(origin.session, _NAME_CHARS),
    )


def _name(text: str, most: int) -> str:
    plain = "".join(char for char in text[:most] if char.isprintable())
    return plain.encode(errors="replace").decode()


def to_dict(fact: Fact) -> dict[str, Any]:
    """Return a fact as a plain dict, as it is exported."""
    flat = asdict(fact)
    return {**{name: value for name, value in flat.items() if name != "origin"}, **flat["origin"]}


def from_dict(raw: object) -> Fact:
    """Read a fact that was exported; unknown names are ignored. Raises Refused for what is none."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("text"), str):
        raise Refused("it is no fact: it has no text")
    origin = checked(Origin(**{row.name: _text(raw, row.name, row.default) for row in fields(Origin)}))
    scope = _text(raw, "scope", USER)
    if scope not in SCOPES:
        raise Refused(f"its scope must be one of {', '.join(SCOPES)}, not {scope!r:.40}")
    if scope == PROJECT and not origin.project:
        raise Refused("its scope is a project, and it names none")
    created = _time(raw, "created") or 0.0
    seen = raw.get("seen", 1)
    if type(seen) is not int or not 0 < seen < 1 << 31:
        raise Refused("how often it was seen is no number")
    accepted = raw.get("accepted", origin.how not in UNCONFIRMED)
    if not isinstance(accepted, bool):
        raise Refused("whether it is accepted is neither true nor false")
    return Fact(
        id=_id(raw, "id"),
        text=one_line(raw["text"]),
        scope=scope,
        origin=origin,
        created=created,
        updated=_time(raw, "updated") or created,
        expires=_time(raw, "expires"),
        replaced_by=_id(raw, "replaced_by"),
        seen=seen,
        accepted=accepted,
    )


def _text(raw: Mapping[str, object], name: str, default: object) -> str:
    value = raw.get(name, default)
    if not isinstance(value, str):
        raise Refused(f"its {name} is no text")
    return value


def _id(raw: Mapping[str, object], name: str) -> str:
    value = _text(raw, name, "")
    if value and not re.fullmatch("[0-9a-f]{8}", value):
        raise Refused(f"its {name} is not 8 hex digits")
    return value


def _time(raw: Mapping[str, object], name: str) -> float | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 253_402_300_800:
        raise Refused(f"its {name} is no time")
    return float(value)
