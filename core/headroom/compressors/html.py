"""Web pages: the readable text in markdown; scripts, styles, markup, menus and footers are counted.

    [headroom: 98,300 of 105,470 characters omitted (markup 61,020, scripts 37,280); all of it: PATH]
    title: CREATE TABLE

    # CREATE TABLE
    ...

Always a lossy form. A page's text over the budget is shortened as prose is (prose_selection).
"""

import re
from collections import Counter
from typing import Final, NamedTuple

from headroom import markers
from headroom.compressors import failure, html_links, prose_selection, protected, relevance, screen
from headroom.compressors.html_reader import Reader
from headroom.compressors.html_tables import BREAK, Block
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 6000
_START: Final = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)
_FRAGMENT: Final = re.compile(
    r"<(?:head|body|div|section|article|main|header|table|ul|h[1-6])[\s>]", re.IGNORECASE
)
_CLOSING: Final = re.compile(r"</(?:a|p|div|li|td|tr|h[1-6]|span|ul|table|title|script|head)>", re.IGNORECASE)
_COMMENTS: Final = re.compile(r"\s*+(?>(?:<!--(?>(?:[^-]|-(?!->))*)-->\s*+|<\?xml[^>]*+>\s*+|\ufeff)*)")
_TRANSFER: Final = re.compile(
    r"(?:HTTP/[\d.]+ \d{3}|[\w-]++: |[*<>{}] |\s*+% Total|\s*+Dload|\s*+\d[\d. :-]*+|\s*+$|--\d{4}|Saving|Length)"
)
"""What curl and wget print before a page: headers, their own talk, the meter."""
_END: Final = re.compile(r"</html\s*>", re.IGNORECASE)
_MENU_SHARE: Final = 0.8
"""Outside of the part that is marked as the content, a block with so much of it links is navigation."""
_LITTLE_CHARS: Final = 400
_LITTLE_SHARE: Final = 0.2
"""If less than this is left of a page's text, nothing of it is boilerplate."""
_NO_TEXT_CHARS: Final = 200
"""A page with less text is made by its scripts."""
_QUERY_HITS: Final = 5
_HEAD_CHARS_PER_TOKEN: Final = 4


class _Page(NamedTuple):
    before: str
    """What stands before the page: headers, as curl -i prints them."""
    html: str
    after: str


def looks_like(text: str) -> bool:
    """Whether the text begins as a web page does, perhaps under the headers that curl shows."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    start = _begin(sample)
    if start is None:
        return False
    return bool(_START.match(sample, start)) or len(_CLOSING.findall(sample)) >= 5


def compress(text: str, context: Context) -> Compressed:
    """Return what a page says, about context.budget_tokens long.

    Raises PassThrough for what is no page, for a page whose text stands in its scripts alone and does not fit,
    and when the lossless form is asked for: there is none.
    """
    if context.budget_tokens is None:
        raise PassThrough("a page's text is only a part of it")
    protected.refuse(text)
    if html_links.RESERVED.search(text) or not screen.is_encodable(text):
        raise PassThrough("control characters in a page")
    page = _split(text)
    reader = read(page.html)
    if not reader.blocks and not reader.head.states:
        raise PassThrough("no readable text in the page")
    kept, gone = choose(reader.blocks, context.query)
    head, body = written(kept, reader, context.tool_input)
    if sum(len(block.text) for block in kept) < _NO_TEXT_CHARS and reader.head.states:
        body = f"{body}\n\n{_state(reader)}".strip()
    room = context.budget_tokens - len(head) // _HEAD_CHARS_PER_TOKEN
    shortened = prose_selection.fit(body, context.query, max(room, context.budget_tokens // 2))
    result = "\n".join(filter(None, (page.before, head, shortened.text, page.after.strip())))
    if len(result) >= len(text):
        raise PassThrough("not shorter as text")
    protected.refuse(result)
    return _counted(text, result, reader.head.gone + gone, shortened, context.original)


def read(html: str) -> Reader:
    """Read a page; its blocks come in order, with the regions they lie in."""
    from lxml import etree  # type: ignore[import-untyped,unused-ignore]

    parser = etree.HTMLParser(target=Reader(), huge_tree=True, encoding="utf-8")
    result = etree.fromstring(html.encode(), parser)
    if not isinstance(result, Reader):
        raise PassThrough("could not be read as HTML")
    return result


def choose(blocks: list[Block], query: str) -> tuple[list[Block], Counter[str]]:
    """Return the blocks that are content, and the characters of the others by kind.

    What answers the query or speaks of a failure is content wherever it stands.
    """
    whys = [block.region.why_gone() for block in blocks]
    if any(block.region.is_content() for block in blocks):
        for number, block in enumerate(blocks):
            if not whys[number] and not block.region.is_content() and block.link_share >= _MENU_SHARE:
                whys[number] = "navigation"
    sizes = [len(html_links.plain(block.text)) for block in blocks]
    left = sum(size for size, why in zip(sizes, whys, strict=True) if not why)
    if left < _LITTLE_CHARS and left < _LITTLE_SHARE * sum(sizes):
        whys = [why if why == "cookie banner" else "" for why in whys]
    candidates = [number for number, why in enumerate(whys) if why]
    texts = [html_links.plain(blocks[number].text) for number in candidates]
    # A menu entry that speaks of errors leads to a page about them; that is no failure of this one.
    failures = (at for at in failure.Search(texts).failures() if blocks[candidates[at]].link_share < _MENU_SHARE)
    for at in {*failures, *relevance.hits(query, texts, _QUERY_HITS)}:
        whys[candidates[at]] = ""
    gone: Counter[str] = Counter()
    for why, size in zip(whys, sizes, strict=True):
        if why:
            gone[why] += size
    return [block for block, why in zip(blocks, whys, strict=True) if not why], gone


def written(blocks: list[Block], reader: Reader, tool_input: str) -> tuple[str, str]:
    """Return what the page's head says of it, and its blocks as markdown."""
    says = reader.head.says
    page = html_links.page_address(tool_input, says.get("url", ""))
    texts, origin = html_links.write([block.text for block in blocks], reader.addresses, page)
    head = [f"{name}: {said}" for name, said in says.items()]
    if origin:
        head.append(f"links that begin with / are on {origin}")
    lines: list[str] = []
    before = "p"
    for block, text in zip(blocks, texts, strict=True):
        is_tight = block.kind == before == "li"
        if lines and not is_tight:
            lines.append("")
        lines.append(text.replace(BREAK, "\n"))
        before = block.kind
    return "\n".join(head), "\n".join(lines)


def _begin(text: str) -> int | None:
    """Return where the page begins; None where no page does."""
    after_comments = _COMMENTS.match(text)
    start = after_comments.end() if after_comments else 0
    if _START.match(text, start) or _FRAGMENT.match(text, start):
        return start
    found = _START.search(text, 0, _SAMPLE_CHARS)
    if (
        found
        and text[found.start() - 1] == "\n"
        and all(_TRANSFER.match(line) for line in text[: found.start()].splitlines())
    ):
        return found.start()
    return None


def _split(text: str) -> _Page:
    start = _begin(text)
    if start is None:
        raise PassThrough("not a web page")
    end = max((match.end() for match in _END.finditer(text)), default=len(text))
    before = text[:start]
    comments = _COMMENTS.match(before)
    before = "" if comments and comments.end() == len(before) else before.strip()
    return _Page(before, text[start:end], text[end:])


def _state(reader: Reader) -> str:
    return "\n".join(
        [
            "The page's text is made by scripts, from this data:",
            *(f"```json\n{state}\n```" for state in reader.head.states),
        ]
    )


def _counted(
    text: str, result: str, gone: Counter[str], shortened: prose_selection.Fitted, original: str
) -> Compressed:
    total = len(text)
    missing = max(total - len(result), 0)
    if shortened.omitted:
        gone["text"] = shortened.chars_before - len(shortened.text)
    gone = Counter({name: count for name, count in gone.items() if count > 0})
    gone["markup"] = max(missing - gone.total(), 0)
    omitted = {name: gone[name] for name in sorted(gone, key=lambda name: (-gone[name], name)) if gone[name]}
    said = ", ".join(f"{name} {count:,}" for name, count in omitted.items())
    if shortened.omitted:
        said += f"; of the text, {shortened.said}"
    note = markers.omission(missing, total, "characters", said, original)
    return Compressed(f"{note}\n{result}", False, result.count("\n") + 1, omitted)


HTML: Final = Compressor(
    "html",
    looks_like,
    compress,
    commands=("curl", "wget", "http", "https", "xh", "lynx -source"),
    tools=("WebFetch", "*fetch*", "*browse*", "*Fetch*", "*Browse*"),
)
