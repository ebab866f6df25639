"""What the user corrected: "no, use pnpm", "don't touch the migrations", "always run the linter first"."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.correction_language import Language
from headroom.learn.finders.correction_words import (
    BLAME,
    LANGUAGES,
    ONCE,
    POINTS_BACK,
    QUESTION,
    REPROACH,
)
from headroom.learn.finders.observation import Observation, count
from headroom.learn.finders.scene import Scene, Step
from headroom.masking import mask

_MAX_MESSAGE: Final = 500
"""Characters. A longer message is a task, a report or something pasted."""
_MAX_SENTENCES: Final = 4
"""Of a message, so many from its beginning are looked at."""
_MAX_SENTENCE: Final = 150
_MAX_LEAD: Final = 80
"""What leads to a correction may stand before it."""
_MIN_SENTENCE: Final = 4
_REQUEST: Final = re.compile(
    r"(?:please )?(?:can|could|would|will) you (?:please )?(not )?(.{3,120}?)(?:,? please)?\?$", re.IGNORECASE
)
"""A correction put as a question: "can you use pnpm instead of npm?"."""
_IS_OTHERWISE: Final = re.compile(
    r"^(?:never|avoid|(?:stop|quit) \w+ing)\b|\b(?:instead|rather than|from now on"
    r"|, not)\b",
    re.IGNORECASE,
)
_PREFERS: Final = re.compile(r"(?:use|run|prefer) .{2,}(?:instead of|rather than|, not) \S", re.IGNORECASE)
_TELLS_WHY: Final = re.compile(r"there(?:['’]s| is| are)|we |they |you ", re.IGNORECASE)
_OF_IT: Final = re.compile(r"(?!do\b)\w+ (?:it|that|this|them)\b(?! should)", re.IGNORECASE)
"""It is about what was spoken of last."""
_VERBS: Final = {"used": "use", "run": "run", "put": "put", "written": "write", "asked": "ask", "kept": "keep"}
_SHOULD_HAVE: Final = re.compile(rf"you should(?: have|['’]ve) ({'|'.join(_VERBS)})\b", re.IGNORECASE)
_MAX_NEXT: Final = 60
_NEXT: Final = re.compile(
    r"(?:make|create|open|use|run|put|keep|write|ask|work|call|name|go|read|stick|take|check)"
    r"\b(?!.*\b(?:it|that|this|again|now)\b)",
    re.IGNORECASE,
)
"""A second sentence that belongs to the first."""
_PASTED_CALLS: Final = 20
"""A sentence that stands in the output of one of the last so many calls is not the user's."""
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])\s*|\n+|\s+[—–-]{1,2}\s+")
_FENCE: Final = re.compile(r"```.*?(?:```|\Z)|^[ \t]*(?:>|[$#%] |Traceback|at ).*$", re.DOTALL | re.MULTILINE)
_OUTPUT_LIKE: Final = re.compile(
    r"\b(?:error|exception|warning|traceback)\b\s*[:\[(]|^\W*\[|\{|\}|^\s*(?:\d+[:|]|/)", re.IGNORECASE
)
_POLITE: Final = re.compile(r"^(?:please|bitte|s['’]il (?:te|vous) plaît|por favor|请|請)[,\s]*", re.IGNORECASE)
_POLAR: Final = re.compile(
    r"\b(?:always|never|don['’]?t|do not|stop|please|avoid|from now on|immer|nie|niemals|nicht|bitte"
    r"|toujours|jamais|siempre"
    r"|nunca|no)\b|[.!,;:。！，、`\"']|必ず|常に|绝不|总是|永远",
    re.IGNORECASE,
)
_IMPORT: Final = re.compile(r"(?<![\w`@/])(@[\w~/.][\w~/.@-]*\w)(?!`)")
"""A memory file takes this in, where it is no code: https://code.claude.com/docs/en/memory."""
_REASON: Final = re.compile(
    r"[^,;?]{6,90}[,;] (?:so |and |hence )?(?:(?:please|bitte|por favor),? )?"
    r"(?!stop|avoid|quit|nicht\b|pas\b|not?\b)([^,;?]{6,})$",
    re.IGNORECASE,
)
"""A sentence that tells a reason first: "the schema is generated, so don't edit it by hand"."""
_INSTEAD_OF: Final = re.compile(
    r"(?:instead of|rather than|,? (?:and )?not|statt|anstatt|au lieu d[e'’]|plutôt que|en vez de"
    r"|en lugar de|而不是|不是|别用|不要用)\s*"
    r"[`\"']?([^\s`\"',.!]{2,40})[`\"']?[.!]?$",
    re.IGNORECASE,
)


def find(scene: Scene) -> Iterator[Observation]:
    """Yield the user's corrections, as one sentence each, in the user's own words."""
    first = next((at for at, said in scene.said if said.role == "assistant"), None)
    calls = scene.steps
    began = min([at for at in (first, calls[0].at if calls else None) if at is not None], default=None)
    done = 0
    for at, said in scene.said:
        if said.role != "user" or began is None or at < began or len(said.text) > _MAX_MESSAGE:
            continue
        while done < len(calls) and calls[done].at < at:
            done += 1
        before = calls[max(done - _PASTED_CALLS, 0) : done]
        for text, confidence in _corrections(said.text):
            if _is_pasted(text, before) or mask(text) != text:
                continue
            rule = _finished(text)
            wasted = sum(count(step.asked) for step in before if step.call.turn == said.turn - 1)
            facts = {"said": rule}
            yield Observation(_subject(text), rule, at, said.turn, said.t, confidence, wasted, facts)


def _corrections(text: str) -> Iterator[tuple[str, float]]:
    """Yield the sentences of a message that correct, without what leads to them, and how sure that is."""
    sentences = [part.strip() for part in _SENTENCE.split(_FENCE.sub("\n", text)) if part.strip()]
    is_led = False
    for number, sentence in enumerate(_as_told(one) for one in sentences[:_MAX_SENTENCES]):
        if len(sentence) > _MAX_SENTENCE + _MAX_LEAD:
            is_led = False
            continue
        if QUESTION.search(sentence):
            is_led = bool(REPROACH.search(sentence))
            continue
        found = None if _OUTPUT_LIKE.search(sentence) else _correction(sentence, is_led)
        if found:
            yield _with_next(found, sentences[number + 1 :])
        is_led = bool(BLAME.match(sentence)) or any(_is_lead_alone(language, sentence) for language in LANGUAGES)


def _as_told(sentence: str) -> str:
    """Return a correction that asks, or tells what should have been, as one that tells; others as they are."""
    late = _SHOULD_HAVE.match(sentence)
    if late:
        return f"{_VERBS[late[1].lower()]}{sentence[late.end() :]}"
    asked = _REQUEST.match(sentence)
    if asked is None or not _IS_OTHERWISE.search(asked[2]):
        return sentence
    return f"do not {asked[2]}" if asked[1] else asked[2]


def _with_next(found: tuple[str, float], after: list[str]) -> tuple[str, float]:
    """Return a correction with the sentence behind it where that says how it is to be done."""
    text, confidence = found
    more = after[0] if len(after) == 1 else ""
    if not more or len(more) > _MAX_NEXT or QUESTION.search(more) or not _NEXT.match(more):
        return found
    whole = f"{text.rstrip(' .!')}. {more}"
    is_own = _correction(more, False) is not None or POINTS_BACK.match(more)
    return found if is_own or len(whole) > _MAX_SENTENCE else (whole, confidence)


def _is_lead_alone(language: Language, sentence: str) -> bool:
    found = language.lead.match(sentence + " ")
    is_alone = found is not None and len(sentence) - found.end() < _MIN_SENTENCE
    return is_alone and not language.harmless.search(sentence)


def _correction(sentence: str, is_led: bool) -> tuple[str, float] | None:
    for language in LANGUAGES:
        if language.harmless.search(sentence):
            return None
        lead = language.lead.match(sentence)
        bodies = [sentence[lead.end() :]] if lead else []
        if lead and lead[0].lower().endswith(" no "):
            bodies.append(sentence[lead.end() - 3 :])  # "again: no default exports"
        for body in (*bodies, sentence):
            text = _POLITE.sub("", body.strip(" \t,:")).strip().rstrip("。.!！ ")
            confidence = _confidence(language, text, is_led or (body is not sentence and _is_strict(lead)))
            if confidence and _is_fit(language, text):
                return text, confidence
        reason = _REASON.match(sentence)
        text = sentence.strip().rstrip("。.!！ ")
        is_said = reason and (
            language.forbids.search(reason[1]) or (_PREFERS.match(reason[1]) and _TELLS_WHY.match(text))
        )
        if is_said and _is_fit(language, text):
            return text, 0.6  # with its reason: what is forbidden may hold for that only
    return None


def _is_strict(lead: re.Match[str] | None) -> bool:
    """Whether a lead says that something was wrong, more than "please" or "and" do."""
    soft = r"(?:please|ok(?:ay)?|and|so|but|hey|bitte|aber|doch|mais|por favor|pero|请|請|[\s,.:;!—–-])+"
    return lead is not None and re.fullmatch(soft, lead[0], re.IGNORECASE) is None


def _confidence(language: Language, text: str, is_led: bool) -> float:
    if language.lasting.search(text):
        return 0.75
    if language.forbids.search(text):
        return 0.65
    if language.contrast.search(text) and not _OF_IT.match(text):
        return 0.7 if is_led else 0.6
    return 0.65 if is_led and language.imperative.search(text) and not ONCE.search(text) else 0.0


def _is_fit(language: Language, text: str) -> bool:
    """Whether a sentence can stand alone as a rule, and for longer than today."""
    if not _MIN_SENTENCE <= len(text) <= _MAX_SENTENCE or language.passing.search(text) or POINTS_BACK.match(text):
        return False
    is_quoted_well = text.count("`") % 2 == 0 and not wording.has_marker(text.replace("`", ""))
    return is_quoted_well and wording.is_visible(text)


def _is_pasted(text: str, before: Sequence[Step]) -> bool:
    return any(text in step.call.output for step in before)


def _finished(text: str) -> str:
    """Return a sentence with a capital and an end, on one line."""
    text = _IMPORT.sub(r"`\1`", " ".join(text.split()).rstrip(" ,;:-!.。"))
    if any(ord(char) > 0x2E80 for char in text):  # Japanese, Chinese
        return text + "。"
    return text[:1].upper() + text[1:] + "."


def _subject(text: str) -> str:
    """Return what a correction is about: what is not to be used, else its words without always and never."""
    instead = _INSTEAD_OF.search(text.rstrip(" .!。"))
    if instead:
        return f"instead of {mask(instead[1]).lower()}"
    return " ".join(_POLAR.sub(" ", mask(text).lower()).split()[:12]) or text.lower()
