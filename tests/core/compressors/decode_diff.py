"""Restores a diff from its form with short headers."""

import re

SHORT_FILE = re.compile(
    r"diff (?!-)(.+?)(?: ((new|deleted) file mode \d{6}))? ([0-9a-f]+\.\.[0-9a-f]+)((?: \d{6})?)"
)
SHORT_HUNK = re.compile(r"@@ \+(\d+) @@(.*)")
LONG_HUNK = re.compile(r"(@@+)((?: -\d+(?:,\d+)?)+) \+(\d+(?:,\d+)?) @@+.*")


def decode(form: str) -> str:
    note, *lines = form.split("\n")
    assert note.startswith("[headroom: ") and note.endswith("nothing left out]")
    out: list[str] = []
    at = delta = 0
    while at < len(lines):
        line = lines[at]
        if match := SHORT_FILE.fullmatch(line):
            out += long_header(*match.groups())
            at, delta = at + 1, 0
        elif match := SHORT_HUNK.fullmatch(line):
            end = at + 1
            while end < len(lines) and lines[end].startswith((" ", "+", "-", "\\")):
                end += 1
            body = lines[at + 1 : end]
            old = sum(sign in " -" for sign in (text[0] for text in body))
            new = sum(sign in " +" for sign in (text[0] for text in body))
            first_new = int(match[1]) + (new == 0)
            first_old = first_new - delta
            ranges = [(first_old - (old == 0), old), (int(match[1]), new)]
            spelled = [f"{start}" if count == 1 else f"{start},{count}" for start, count in ranges]
            out += [f"@@ -{spelled[0]} +{spelled[1]} @@{match[2]}", *body]
            at, delta = end, delta + new - old
        elif match := LONG_HUNK.fullmatch(line):
            end = at + 1
            sizes = [int([*part.split(","), "1"][1]) for part in [*match[2].split(), match[3]]]
            left = list(sizes)
            width = len(match[1]) - 1
            while end < len(lines) and any(count > 0 for count in left):
                signs = lines[end][:width].ljust(width) if lines[end] != "\r" else " " * width
                if signs.strip(" +-\\"):
                    break
                if not signs.startswith("\\"):
                    gone = "-" in signs
                    for side, sign in enumerate(signs):
                        left[side] -= sign == "-" if gone else sign != "+"
                    left[-1] -= not gone
                end += 1
            out += lines[at:end]
            at, delta = end, delta + sizes[-1] - sizes[0]
        else:
            out.append(line)
            at += 1
            if not line.startswith("\\"):
                delta = 0
    return "\n".join(out)


def long_header(path: str, state: str | None, word: str | None, index: str, mode: str) -> list[str]:
    tab = "\t" if " " in path else ""
    return [
        f"diff --git a/{path} b/{path}",
        *([state] if state else []),
        f"index {index}{mode}",
        "--- /dev/null" if word == "new" else f"--- a/{path}{tab}",
        "+++ /dev/null" if word == "deleted" else f"+++ b/{path}{tab}",
    ]
