"""Read the lossless form of a log back: the proof that nothing is lost."""

import re

MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATE = rf"\d{{4}}[-/]\d\d[-/]\d\d[T ]|{MONTHS} [ \d]\d |\d\d/{MONTHS}/\d{{4}}:|\d{{4}} "
SPEAKER = r"(?>(?:[\w.-]{1,64}+[ \t]{0,64}+\|[ \t]|\[(?:pod|container)/[^\]\n]{1,200}+\][ \t])?)"
BEFORE = (
    rf"(?P<before>(?P<speaker>{SPEAKER})"
    r"(?>(?:[IWEF](?=[\d:])|(?:time|ts|timestamp|t)=\"?+|[A-Z]{4,8}+:?+[ ]{1,2}+"
    rf"|(?!\[|{DATE}|:\d\d|\d\d:\d)\S{{1,64}}+ \S{{1,64}}+ \S{{1,64}}+ (?=\[[\d:]))?)\[?+)"
)
LINE = re.compile(
    rf"{BEFORE}(?P<date>{DATE})?(?P<clock>\d\d:\d\d)?(?P<second>:\d\d)(?P<fraction>[^ ]*+)(?P<rest>.*)"
)
HEADER = re.compile(r"\[headroom: [\d,]+ lines as a log \((.*)\), nothing left out\]")
DITTO = re.compile(r"the same (?:(\d+) )?words? as there")
NAME = re.compile(r'(?<= )&(\d+)(?:=("[^"]+"))?(?=(?: "?[\d.,-]+"?)*$)')
AGAIN = re.compile(r"\[the (?:(\d+) lines|line) above, (\d+) times in all\]")


def decode(text: str) -> str:
    """Return the log as a terminal would show it."""
    header, _, body = text.partition("\n")
    match = HEADER.fullmatch(header)
    return _repeated(_carried_back(body, match[1]) if match else text)


def _repeated(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        again = AGAIN.fullmatch(line)
        lines += lines[-int(again[1] or 1) :] * (int(again[2]) - 1) if again else [line]
    return "\n".join(lines)


def _carried_back(body: str, form: str) -> str:
    ditto = DITTO.search(form)
    words = int(ditto[1] or 1) if ditto else 0
    names: dict[str, str] = {}
    dates: dict[str, str] = {}
    clock = above = ""
    lines = body.split("\n")
    for number, line in enumerate(lines):
        found = LINE.match(line)
        if not found or (found["date"] and not found["clock"]):
            continue
        clock = found["clock"] or clock
        date = dates[found["speaker"]] = found["date"] or dates[found["speaker"]]
        rest = found["rest"]
        if "&N stands for it" in form and (name := NAME.search(rest)):
            said = names.setdefault(name[1], name[2])
            rest = rest[: name.start()] + said + rest[name.end() :]
        if words and rest == ' "':
            rest = above
        elif words and rest.startswith(' " '):
            rest = " ".join(above.split(" ", words + 1)[: words + 1]) + rest[2:]
        above = rest
        lines[number] = f"{found['before']}{date}{clock}{found['second']}{found['fraction']}{rest}"
    return "\n".join(lines)
