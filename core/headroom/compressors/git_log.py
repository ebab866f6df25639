"""git log: authors named once, headers on one line; lossy: all commits shown by subject or counted.

Lossless:

    [headroom: 300 commits as hash, author, date, then the message (...), nothing left out]
    1b2c...  (tag: v2) @1=Ann Lee <ann@example.com> Mon Jan 5 12:00:00 2026 +0100
     Fix the thing
    9f8e...  @1 Sun Jan 4 09:30:00

Lossy: hashes by their first ten characters, which git takes for the whole:

    1b2c3d4e5f (tag: v2) Mon Jan 5 2026 Ann Lee: Fix the thing
    [+12 commits 9f8e7d6c5b..0a1b2c3d4e]
"""

import re
from collections import Counter
from typing import Final

from headroom import markers, tokens
from headroom.compressors import failure, git_commits, protected, relevance, screen, search_ranking
from headroom.compressors.git_commits import Commit
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 4096
_FULL: Final = re.compile(r"commit [0-9a-f]{7,64}(?: \([^\n]*\))?\n(?:[A-Z][\w]+: [^\n]*\n){1,6}")
_ABBREVIATED: Final = re.compile(r"[*|/\\ ]{0,40}[0-9a-f]{7,12} \S[^\n]*")
_MIN_ONELINES: Final = 8
_DATE: Final = re.compile(r"([A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d\d:\d\d:\d\d)( \d{4} [+-]\d{4})\Z")
_WORTH: Final = 0.95
_LOSSY_WORTH: Final = 0.8
_SHORT: Final = 10
_NOTABLE: Final = re.compile(r"(?i)\b(?:revert|security|cve-\d|breaking|release|hotfix|vulnerab|regression)")
_ASKED: Final = 20
_NOTABLES: Final = 40
_ENDS: Final = 5
_ODD: Final = 12
_LEAST_ODD: Final = 2
"""So many of a subject's words must be in no other, or in one."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}+")
_FULL_SHARE: Final = 0.4
_BODIES: Final = 8
_TEXT_CHARS: Final = 2000
_LEAST_MORE: Final = 4
"""To show a commit whole takes so many tokens more than its subject at least."""
_LEAST_FILES: Final = 3
_NOTE_TOKENS: Final = 8
_TOTAL: Final = re.compile(r"\t\d++ files? changed\b")


def looks_like(text: str) -> bool:
    """Whether a text begins as git log does; one with patches is a diff's."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    if "\ndiff --" in text or sample.startswith("diff --"):
        return False
    if _FULL.match(sample):
        return True
    lines = sample.split("\n")[:60]
    hashes = [line for line in lines if _ABBREVIATED.fullmatch(line)]
    mixed = sum(1 for line in hashes if re.search(r"\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,12} ", line))
    return len(hashes) >= _MIN_ONELINES and mixed >= 0.7 * len(lines[:-1])


def compress(text: str, context: Context) -> Compressed:
    """Return a log with authors and headers shortened: whole, or about context.budget_tokens long.

    Raises PassThrough for what is not a log, or when too little would be gained.
    """
    protected.refuse(text)
    shown = screen.shown(text)
    if not screen.is_only_styled(text):
        raise PassThrough("a screen would show only a part")
    if context.budget_tokens is not None:
        result = _lossy(shown, context, context.budget_tokens)
    else:
        result = lossless(shown)
    if len(result.text) > len(text) * (_WORTH if result.lossless else _LOSSY_WORTH):
        raise PassThrough("too little repeats")
    return result


def _read(text: str) -> list[Commit]:
    try:
        return git_commits.read(text)
    except PassThrough:
        return git_commits.read_oneline(text)


def lossless(text: str) -> Compressed:
    """Write a full log with authors named once, whether that is shorter or not.

    Raises PassThrough for any other text, or one in a form that could not be restored.
    """
    commits = git_commits.read(text)
    if git_commits.rendered(commits) != text.removesuffix("\n"):
        raise PassThrough("a log in a form that could not be restored")
    numbers: dict[str, int] = {}
    lines: list[str] = []
    tail = ""
    for commit in commits:
        match = _DATE.match(commit.date)
        date = match[1] if match and match[2] == tail else commit.date
        tail = match[2] if match else tail
        head = commit.hash + commit.refs
        if commit.author:
            known = commit.author in numbers
            number = numbers.setdefault(commit.author, len(numbers) + 1)
            head += f" @{number}" if known else f" @{number}={commit.author}"
        lines.append(f"{head} {date}" if date else head)
        lines += commit.headers
        lines += [" " + line for line in commit.message]
        lines += ["\t" + line[1:] if line[0] == " " else line for line in commit.files]
        _refuse_unclear(commit)
    form = "hash, author (@1 as named at first), date (year as above where none), message"
    note = markers.lossless_note(len(commits), "commits of git log", form)
    return Compressed("\n".join([note, *lines]) + "\n" * text.endswith("\n"), lossless=True, kept=len(commits))


def _refuse_unclear(commit: Commit) -> None:
    """Raise PassThrough where a line could be taken for another kind of line."""
    if commit.author and (not commit.author.endswith(">") or "> " in commit.author or not commit.date):
        raise PassThrough("an author whose end cannot be told")
    for line in commit.files:
        if line[0] == "\t" or re.match(r"[0-9a-f]{7,64}(?: |\Z)|[A-Z][A-Za-z]{2,15}: |\[headroom:", line):
            raise PassThrough("a file that cannot be told from a commit")


def _lossy(log: str, context: Context, budget_tokens: int) -> Compressed:
    """Show subjects in the order of their rank, a few whole messages first; count the other commits."""
    commits, total = _read(log), log.count("\n") + 1
    graph = ", graph left out" if log[:1] in ("*", "|") else ""
    order = _ranked(commits, context.query)
    left = budget_tokens - 80
    shown: dict[int, str] = {}
    for number in order[:_BODIES]:
        text = _whole(commits[number])
        price = tokens.count(text) + 1
        if price <= left - budget_tokens * (1 - _FULL_SHARE):
            shown[number] = text
            left -= price
    gap = 18
    for number in order:
        if number in shown:
            continue
        text = _brief(commits[number])
        around = sum(1 for near in (number - 1, number + 1) if 0 <= near < len(commits) and near not in shown)
        price = tokens.count(text) + 1 + gap * (around - 1)
        if price > left:
            if left < gap:
                break
            continue
        shown[number] = text
        left -= price
    parts = _fill(commits, shown, context.query, left)
    lines: list[str] = []
    missing: list[Commit] = []
    for number, commit in enumerate([*commits, None]):
        if commit is not None and number not in shown:
            missing.append(commit)
            continue
        if missing:
            ends = dict.fromkeys((missing[0].hash[:_SHORT], missing[-1].hash[:_SHORT]))
            lines.append(f"[+{len(missing):,} commit{'s' * (len(missing) > 1)} {'..'.join(ends)}]")
            missing = []
        if commit is not None:
            lines.append(shown[number])
    kept = sum(text.count("\n") + 1 for text in shown.values())
    gone = len(commits) - len(shown)
    brief = sum(1 for number, text in shown.items() if text != _whole(commits[number])) - parts
    classes = {"commits": gone, "commits but for the subject": brief, "files of commits": parts}
    omitted = {name: count for name, count in classes.items() if count}
    if not omitted:
        raise PassThrough("nothing to leave out")
    some = f"{parts:,} but for files, " if parts else ""
    detail = (
        f"of {len(commits):,} commits {len(shown) - brief - parts:,} whole, {some}{brief:,} by subject, "
        f"{gone:,} counted in place; hashes cut to {_SHORT}{graph}"
    )
    marker = markers.omission(max(total - kept, gone), total, "lines of git log", detail, context.original)
    return Compressed("\n".join([marker, *lines]), False, len(shown), omitted)


def _fill(commits: list[Commit], shown: dict[int, str], query: str, left: int) -> int:
    """Show more commits whole, or but for some files, as far as there is room: answers first, then the newest.

    Returns how many are shown but for some files.
    """
    parts = 0
    asked = relevance.hits(query, [_whole(commit)[:_TEXT_CHARS] for commit in commits], _ASKED)
    briefs = [n for n in dict.fromkeys([*asked, *range(len(commits))]) if n in shown]
    for number in briefs[: max(0, left // _LEAST_MORE)]:
        commit = commits[number]
        spare = left + tokens.count(shown[number])
        whole = _whole(commit)
        if whole == shown[number]:
            continue
        text = whole if tokens.count(whole) <= spare else _but_for_files(commit, query, spare)
        if text:
            parts += text != whole
            left = spare - tokens.count(text)
            shown[number] = text
    return parts


def _but_for_files(commit: Commit, query: str, room: int) -> str:
    """Return a commit with as many of its files as there is room for; empty where there is none for a few."""
    head, files = [_whole(commit._replace(files=[]))], ["\t" + line.strip() for line in commit.files]
    total = files.pop() if files and _TOTAL.match(files[-1]) else ""
    room -= tokens.count(f"{head[0]}\n{total}") + _NOTE_TOKENS
    order = dict.fromkeys([*relevance.hits(query, files, _ASKED), *range(len(files))])
    kept: set[int] = set()
    for number in list(order)[: max(0, room)]:
        room -= tokens.count(files[number]) + 1
        if room < 0:
            break
        kept.add(number)
    if len(kept) < _LEAST_FILES:
        return ""
    note = f"\t[+{len(files) - len(kept):,} more]"
    return "\n".join([*head, *(files[n] for n in sorted(kept)), note, *([total] if total else [])])


def _ranked(commits: list[Commit], query: str) -> list[int]:
    """Return the numbers of all commits, what should be shown first in front."""
    texts = [f"{c.subject} {c.author} {' '.join(c.message[1:12])} {' '.join(c.files[:20])}" for c in commits]
    order = dict.fromkeys(relevance.hits(query, texts, _ASKED))
    odd = [n for n, c in enumerate(commits) if c.refs or _NOTABLE.search(c.subject)]
    failures = failure.Search(commit.subject for commit in commits).failures()
    authors: dict[str, list[int]] = {}
    for number, commit in enumerate(commits):
        authors.setdefault(commit.author, []).append(number)
    rare = [numbers[0] for numbers in authors.values() if len(numbers) <= 2]
    merges = [number for number, commit in enumerate(commits) if commit.is_merge]
    order |= dict.fromkeys(_unlike(commits))
    for numbers in (odd, sorted(failures), rare, merges):
        order |= dict.fromkeys(numbers[at] for at in search_ranking.evenly(len(numbers))[:_NOTABLES])
    order |= dict.fromkeys(range(min(_ENDS, len(commits))))
    order |= dict.fromkeys([len(commits) - 1])
    order |= dict.fromkeys(search_ranking.evenly(len(commits)))
    return list(order)


def _unlike(commits: list[Commit]) -> list[int]:
    """Return the commits whose subjects have most of their words for themselves."""
    words = [set(_WORD.findall(commit.subject.lower())) for commit in commits]
    having = Counter(word for found in words for word in found)
    own = [sum(having[word] <= _LEAST_ODD for word in found) for found in words]
    odd = [number for number, count in enumerate(own) if count >= _LEAST_ODD]
    return sorted(odd, key=lambda number: (-own[number] / len(words[number]), number))[:_ODD]


def _brief(commit: Commit) -> str:
    name = commit.author.partition(" <")[0]
    match = _DATE.match(commit.date)
    day = f"{match[1].rpartition(' ')[0]}{match[2][:5]}" if match else commit.date
    said = " ".join(
        part
        for part in (commit.hash[:_SHORT] + (" " + commit.refs.strip() if commit.refs else ""), day, name)
        if part
    )
    merge = "merge, " if commit.is_merge and not commit.subject.startswith("Merge ") else ""
    return f"{said}: {merge}{commit.subject}" if commit.author else f"{said} {commit.subject}"


def _whole(commit: Commit) -> str:
    if not commit.author:
        return _brief(commit)
    head = f"{commit.hash[:_SHORT]}{commit.refs} {commit.author} {commit.date}"
    files = ["\t" + line.strip() for line in commit.files]
    return "\n".join([head, *commit.headers, *[" " + line for line in commit.message], *files])


GIT_LOG: Final = Compressor("git_log", looks_like, compress, commands=("git log", "git reflog", "git shortlog"))
