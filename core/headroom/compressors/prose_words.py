"""Whether a text is natural language: by the little words that sentences cannot do without, in ten languages."""

import re
from typing import Final

_LITTLE_WORDS: Final = (
    "a an the of to in is are was were be been and or not for with that this these those it its as by on at"
    " from if you vous your we our they their he she his her which when where can may will would should could"
    " must have has had do does but than then so into about more also only any all each other no such there here"
    " i what who how"
    # German, Dutch
    " der die das den dem des ein eine einen einem einer und oder nicht mit von zu zum zur im ist sind war wird"
    " werden auf für sich auch als wie bei nach aus wenn dass kann nur noch über sie er es wir ihr"
    " de het een en van dat niet op te zijn voor met aan ook wordt bij naar om"
    # French, Spanish, Portuguese, Italian
    " le la les un une et ou est sont dans pour par sur avec que qui ne pas plus au aux ce cette ces il elle nous"
    " el los las una y o es son en por con para como su se del al lo más pero si no esta este"
    " um uma os as e do da dos das não na nos nas ao mais seu sua são"
    " il i gli di che è per non della dei delle nel con sono si anche"
    # Swedish, Danish, Norwegian; Polish; Russian
    " och att som är på av till det inte ett og på til ikke med den af har"
    " w z na do nie się jest i że to jak dla przez od po są"
    " и в не на что с по как это для от из к о но или при то его она они мы вы"
)
_STOP_WORDS: Final = frozenset(_LITTLE_WORDS.split())
_WORD: Final = re.compile(r"[^\W\d_]++(?>(?:['’-][^\W\d_]++)*)")
_CODE: Final = re.compile(r"[{}()\[\];=<>|\\$@#_&+*/~^%]")
_FENCED: Final = re.compile(
    r"^ {0,3}(`{3,}+|~{3,}+)[^\n]*\n.*?(?:^ {0,3}\1[`~]*\s*$|\Z)", re.MULTILINE | re.DOTALL
)
_MARKUP: Final = re.compile(
    r"\]\([^)\n]{0,500}\)|<?https?://[^\s<>)]{1,500}|`[^`\n]{1,200}`|\*\*|^#+ |^\s*[*+] ", re.MULTILINE
)
_IDEOGRAPHS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END: Final = re.compile(r"[^\W\d_][.!?…][\"'”’)\]*_`]{0,2}+(?=\s|$)|[。！？]", re.MULTILINE)

_CODE_LINE: Final = re.compile(
    r"^[ \t]*+(?:(?:async )?def \w++\(|class \w++[(:\s{]|import [\w.{*\"']++|from [\w.]++ import|return\b[^.]*+$"
    r"|#(?:include|define|ifn?def|endif|pragma)\b|(?:\"\"\"|''')|/\*|\*/|//|\* @|@\w++(?:[(.]|$)|raise \w|self\."
    r"|<\?php|(?>(?:export |public |private |protected |static |pub |inline )+)\w"
    r"|(?:const|let|var|fn|func|function|impl|use"
    r"|package|namespace|struct|enum|typedef|extern|module|require|include) [\w<*$\"'{(:]++[^.]*+$"
    r"|(?:if|elif|else|for|while|try|except|finally|with|match)\b[^.!?]*+:$|\w++(?:: [\w\[\], |.]++)? = \S"
    r"|[^\n]*+(?<=[;{}])$)",
    re.MULTILINE,
)
"""A line as source code has them."""
_MAX_CODE_LINES: Final = 0.06
_MIN_WORDS: Final = 40
_MIN_STOP_SHARE: Final = 0.22
_MAX_CODE_SHARE: Final = 0.05
_MIN_LETTER_SHARE: Final = 0.68
_MOST_WORDS_A_SENTENCE: Final = 60
_MIN_LINE_STOP_SHARE: Final = 0.18


def is_language(sample: str) -> bool:
    """Whether a sample of a text reads as sentences in a natural language, code blocks in fences aside."""
    plain = _MARKUP.sub(" ", _FENCED.sub("\n", sample)).strip()
    visible = len("".join(plain.split()))
    if visible < 200:
        return False
    lines = sum(bool(line.strip()) for line in plain.split("\n"))
    if len(_CODE_LINE.findall(plain)) > max(1, _MAX_CODE_LINES * lines):
        return False
    ends = len(_SENTENCE_END.findall(plain))
    ideographs = len(_IDEOGRAPHS.findall(plain))
    code = len(_CODE.findall(plain))
    if code > _MAX_CODE_SHARE * visible:
        return False
    if ideographs > 0.4 * visible:
        return ends >= ideographs / 150
    words = _WORD.findall(plain)
    letters = sum(map(len, words))
    if len(words) < _MIN_WORDS or letters < _MIN_LETTER_SHARE * visible:
        return False
    return stop_share(words) >= _MIN_STOP_SHARE and ends >= len(words) / _MOST_WORDS_A_SENTENCE


def is_sentence_like(text: str) -> bool:
    """Whether a few lines read as running text, so that they may be joined."""
    words = _WORD.findall(text)
    if len(_IDEOGRAPHS.findall(text)) > 0.4 * len(text):
        return True
    code = len(_CODE.findall(text))
    return bool(words) and code <= 0.1 * len(text) and stop_share(words) >= _MIN_LINE_STOP_SHARE


def stop_share(words: list[str]) -> float:
    """Return the share of little words among words."""
    return sum(word.lower() in _STOP_WORDS for word in words) / len(words) if words else 0.0


def telling(text: str) -> set[str]:
    """Return the words of a text that carry its content, in lower case."""
    return {word for word in map(str.lower, _WORD.findall(text)) if len(word) > 2 and word not in _STOP_WORDS}
