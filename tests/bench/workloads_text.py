"""Workloads of text that people wrote or that a terminal showed: web pages, prose, man pages, progress recordings.

All are generated, the same every time; each has facts planted where a reader would not look first.
"""

import random
from collections.abc import Callable
from typing import Final

from tests.bench.needles import Needle, Workload

_SUBJECTS: Final = (
    *(
        "The scheduler",
        "A worker",
        "The gateway",
        "Each replica",
        "The index",
        "A session",
        "The planner",
        "Every job",
    ),
    *("The cache", "A snapshot", "The coordinator", "This module", "A client", "The queue", "The exporter"),
)
_VERBS: Final = (
    *("reads", "keeps", "sends", "collects", "passes on", "describes", "renews", "watches", "groups", "compares"),
    *("rebuilds", "stores", "publishes", "orders", "merges"),
)
_OBJECTS: Final = (
    *(
        "the list of open tasks",
        "its part of the table",
        "what the other side announced",
        "the entries of one tenant",
    ),
    *("the settings of the project", "a copy of the manifest", "the rows that changed", "its own state"),
    *("the messages of a topic", "the plan of the day", "the names of all members", "a summary for operators"),
)
_ENDS: Final = (
    *("before it answers", "while others wait", "and tells its neighbours", "in the background", "once per round"),
    *("as soon as a peer joins", "without any lock", "when the operator asks for it", "for as long as it runs"),
    *("so that readers see one order", "whatever the load is", "in the order of arrival"),
)
_TOPICS: Final = (
    *(
        "Overview",
        "Concepts",
        "Installation",
        "Configuration",
        "Scheduling",
        "Storage",
        "Replication",
        "Networking",
    ),
    *("Access", "Backups", "Upgrades", "Monitoring", "Tuning", "Plugins", "Command line", "Glossary"),
)


def _sentence(chance: random.Random) -> str:
    return f"{chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_OBJECTS)} {chance.choice(_ENDS)}."


def _paragraph(chance: random.Random, planted: str = "") -> str:
    sentences = [_sentence(chance) for _ in range(chance.randrange(3, 8))]
    if planted:
        sentences.insert(chance.randrange(1, len(sentences)), planted)
    return " ".join(sentences)


def _facts(seed: int) -> tuple[str, tuple[Needle, ...]]:
    """Return a query and planted sentences: a failure, an odd number, a rare name, an answer to the query."""
    chance = random.Random(seed)
    port, hours, code = chance.randrange(3000, 9999), chance.randrange(13, 97), chance.randrange(1000, 9999)
    needles = (
        Needle(
            "error", f"Starting two coordinators on one volume fails with error E{code} and corrupts the journal."
        ),
        Needle("outlier", f"A snapshot larger than {hours * 7} GiB is split into parts of {hours} MiB."),
        Needle("rare", f"The legacy flag `--quorum-hint-{code}` was removed in release 4.{hours}."),
        Needle("query", f"To rotate the signing certificate, call the keyring endpoint on port {port}."),
    )
    return "how do I rotate the signing certificate?", needles


def _sections(seed: int, paragraphs: int) -> tuple[list[tuple[str, list[str]]], str, tuple[Needle, ...]]:
    """Return headings with their paragraphs, the query, and the facts planted in them."""
    chance = random.Random(seed)
    query, needles = _facts(seed)
    places = dict(zip(chance.sample(range(3, len(_TOPICS) * paragraphs), len(needles)), needles, strict=True))
    sections = []
    for number, topic in enumerate(_TOPICS):
        here = range(number * paragraphs, (number + 1) * paragraphs)
        texts = [_paragraph(chance, places[at].text if at in places else "") for at in here]
        sections.append((topic, texts))
    return sections, query, needles


def readme(seed: int = 1, paragraphs: int = 9) -> Workload:
    """Return a long README, as a tool that fetches pages gives it."""
    sections, query, needles = _sections(seed, paragraphs)
    lines = ["# Harbour", "", "Harbour is a coordinator for batch jobs.", ""]
    for topic, texts in sections:
        lines += [f"## {topic}", "", *(line for text in texts for line in (text, ""))]
        lines += ["```sh", f"harbour {topic.lower().replace(' ', '-')} --verbose", "```", ""]
        lines += [f"- {_sentence(random.Random(seed + at))}" for at in range(4)] + [""]
    return Workload(
        f"readme-{seed}", "\n".join(lines), "WebFetch", '{"url":"https://example.com/readme"}', query, needles
    )


def documentation(seed: int = 2, paragraphs: int = 7) -> Workload:
    """Return a page of documentation: menus, scripts and styles around the text."""
    sections, query, needles = _sections(seed, paragraphs)
    menu = "".join(
        f'<li class="nav-item"><a href="/docs/{at}.html">{topic}</a></li>' for at, topic in enumerate(_TOPICS)
    )
    script = "".join(f"window.dataLayer.push({{event:'view{at}',value:{at * 37}}});" for at in range(200))
    style = "".join(f".c{at}{{margin:{at}px;color:#{at * 997 % 4096:03x}}}" for at in range(400))
    body = "".join(
        f'<section id="s{at}" class="section depth-{at % 3}"><h2 class="title">{topic}'
        f'<a class="headerlink" href="#s{at}">¶</a></h2>'
        + "".join(f'<p class="body-text" data-block="{at}">{text}</p>' for text in texts)
        + f'<div class="highlight-sh"><pre><span class="k">harbour</span> {topic.lower()}</pre></div></section>'
        for at, (topic, texts) in enumerate(sections)
    )
    page = (
        f"<!DOCTYPE html>\n<html lang=en><head><title>Harbour</title><style>{style}</style>"
        f"<script>{script}</script></head>"
        f"<body><div id=cookie-consent>We use cookies. <button>Accept</button></div><nav><ul>{menu}</ul></nav>"
        f"<main><h1>Harbour</h1>{body}</main><aside class=sidebar><ul>{menu}</ul></aside>"
        f"<footer><ul>{menu}</ul>© Harbour authors</footer><script>{script}</script></body></html>\n"
    )
    tool_input = '{"command":"curl -s https://example.com/docs/harbour.html"}'
    return Workload(f"documentation-{seed}", page, "Bash", tool_input, query, needles)


def search_page(seed: int = 3, results: int = 60) -> Workload:
    """Return the page of a search engine: a title, an address and a few lines for each result."""
    chance = random.Random(seed)
    query, needles = _facts(seed)
    places = dict(zip(chance.sample(range(results), len(needles)), needles, strict=True))
    items = []
    for at in range(results):
        text = places[at].text if at in places else f"{_sentence(chance)} {_sentence(chance)}"
        topic = chance.choice(_TOPICS).lower().replace(" ", "-")
        address = f"https://example.com/{topic}/{chance.randrange(10**6)}?utm=s{at}"
        icon = "data:image/png;base64," + "iVBORw0KGgo" * 30
        items.append(
            f'<div class="result"><img src="{icon}" alt=""><h3><a href="{address}" class="lnk" onclick="t({at})">'
            f"{_sentence(chance)[:-1]}</a></h3><cite>{address[:40]}</cite><p class=snippet>{text}</p></div>"
        )
    page = (
        "<!doctype html><html><head><title>harbour - search</title><script>"
        + "var q=[];" * 500
        + "</script></head><body>"
        "<header><form action=/search><input name=q value=harbour></form></header>"
        f"<div id=results>{''.join(items)}</div><footer><a href=/privacy>Privacy</a></footer></body></html>"
    )
    tool_input = '{"command":"curl -s https://example.com/search?q=harbour"}'
    return Workload(f"search-page-{seed}", page, "Bash", tool_input, query, needles)


def man_page(seed: int = 4) -> Workload:
    """Return a man page, wrapped and indented as `man` prints it."""
    sections, query, needles = _sections(seed, 6)
    lines = ["HARBOUR(1)                  General Commands Manual                 HARBOUR(1)", "", "NAME"]
    lines += ["       harbour - coordinate batch jobs", ""]
    for topic, texts in sections:
        lines += [topic.upper()]
        for at, text in enumerate(texts):
            if at % 2:
                lines += [f"       --{topic.lower().replace(' ', '-')}-{at}=VALUE"]
            lines += [*_wrapped(text, 14 if at % 2 else 7), ""]
    # A terminal breaks lines anywhere, so what is planted is looked for by its telling words.
    found = tuple(Needle(needle.kind, _telling(needle.text)) for needle in needles)
    return Workload(f"man-page-{seed}", "\n".join(lines), "Bash", '{"command":"man harbour"}', query, found)


def _wrapped(text: str, indent: int) -> list[str]:
    lines, line = [], " " * indent
    for word in text.split():
        if len(line) + len(word) > 78 and line.strip():
            lines.append(line.rstrip())
            line = " " * indent
        line += word + " "
    return [*lines, line.rstrip()]


def _telling(text: str) -> str:
    return max(text.rstrip(".").split(), key=lambda word: (any(map(str.isdigit, word)), len(word)))


def docker_pull(seed: int = 5, layers: int = 14) -> Workload:
    """Return what `docker pull` draws on a terminal, with a failure of one layer at the end."""
    chance = random.Random(seed)
    names = [f"{chance.randrange(16**12):012x}" for _ in range(layers)]
    sizes = [chance.randrange(8, 300) for _ in names]
    out = ["latest: Pulling from shop/api\r\n", *(f"{name}: Pulling fs layer\r\n" for name in names)]
    for percent in range(0, 101, 4):
        for at, name in enumerate(names):
            bar = "=" * (percent // 4) + ">" + " " * (25 - percent // 4)
            state = f"Downloading [{bar}] {sizes[at] * percent / 100:.2f}MB/{sizes[at]}MB"
            up = layers - at
            out.append(f"\x1b[{up}A\x1b[2K\r{name}: {state if percent < 100 else 'Pull complete'}\r\x1b[{up}B")
    wrong = f"failed to register layer: write /var/lib/{names[3]}/db.so: no space left on device"
    return Workload(
        f"docker-pull-{seed}",
        "".join([*out, "\r\n", wrong, "\r\n"]),
        "Bash",
        '{"command":"docker pull shop/api"}',
        "pull the image and start it",
        (Needle("error", wrong), Needle("rare", names[0])),
    )


def pip_install(seed: int = 6, packages: int = 40) -> Workload:
    """Return what `pip install` draws on a terminal: bars, colours, and a build that fails."""
    chance = random.Random(seed)
    out = []
    for at in range(packages):
        size = chance.randrange(30, 9000)
        out.append(
            f"Collecting harbour-plugin-{at}\r\n"
            f"  Downloading harbour_plugin_{at}-1.{at}-py3-none-any.whl ({size} kB)\r\n"
        )
        for percent in range(0, 101, 5):
            full = "━" * (percent * 2 // 5)
            out.append(
                f"\r\x1b[2K     \x1b[38;5;70m{full}\x1b[0m{' ' * (40 - len(full))} "
                f"\x1b[32m{size * percent / 100000:.1f}/{size / 1000:.1f} MB\x1b[0m "
                f"\x1b[31m{chance.randrange(1, 90)}.1 MB/s\x1b[0m"
            )
        out.append("\r\n")
    wrong = "ERROR: Failed building wheel for harbour-plugin-17: error: command 'gcc' failed with exit code 1"
    odd = "WARNING: harbour-plugin-23 1.23 does not provide the extra 'tls'"
    out += [f"\x1b[33m{odd}\x1b[0m\r\n", f"\x1b[31m{wrong}\x1b[0m\r\n"]
    tool_input = '{"command":"pip install -r requirements.txt"}'
    needles = (Needle("error", wrong), Needle("rare", odd))
    return Workload(f"pip-install-{seed}", "".join(out), "Bash", tool_input, "install the dependencies", needles)


def repeated_warnings(seed: int = 7, rounds: int = 300) -> Workload:
    """Return a build that warns the same three lines again and again, with one other line among them."""
    block = "warning: linking in slow mode\n  hint: set LD=mold\n  hint: or pass --fast\n"
    at = random.Random(seed).randrange(rounds)
    odd = "relocation truncated to fit: R_X86_64_PC32 against symbol `harbour_main'"
    text = block * at + odd + "\n" + block * (rounds - at)
    needles = (Needle("outlier", odd), Needle("rare", "  hint: set LD=mold"))
    return Workload(
        f"repeated-warnings-{seed}", text, "Bash", '{"command":"make"}', "why is the build slow?", needles
    )


_MAKERS: Final[tuple[Callable[[int], Workload], ...]] = (
    readme,
    documentation,
    search_page,
    man_page,
    docker_pull,
    pip_install,
    repeated_warnings,
)
_EACH: Final = 5


def workloads() -> list[Workload]:
    """Return all workloads: five of each kind, with facts in other places each time."""
    return [make(number * 10 + seed) for number, make in enumerate(_MAKERS, 1) for seed in range(_EACH)]
