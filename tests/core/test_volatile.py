"""What changes in a system prompt, and what only looks so. Prompts are as real agents send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.volatile import LABELS, find

FOUND = [
    # kind, text; what is found stands between « and »
    ("date", "Today's date is «2026-11-21»."),
    ("date", "Today's date is «Saturday, November 21, 2026» (formatted according to the user's locale)."),
    ("date", "  Today's date: «Sat Nov 21 2026»\n</env>"),
    ("date", "  <current_date>«2026-11-21»</current_date>"),
    ("date", "Current time: «14:03:55 UTC»"),
    ("date", "The current date and time is «November 21, 2026 at 2:03 PM»."),
    ("date", "currentDate: «21 November 2026»"),
    ("date", "Date: «21.11.2026»\nTone: friendly"),
    ("date", "It is now «2026-11-21T14:03:55.123456Z»."),
    ("date", "You were started «2026-11-21 14:03:55+00:00» on a server."),
    ("date", '{"timestamp": "«2026-11-21T14:03:55»", "user": "ann"}'),
    ("date", "Conversation of «Sat Nov 21 2026 14:03:55 GMT+0000»"),
    ("epoch", "Timestamp: «1795269835»"),
    ("epoch", "now (ms) = «1795269835123»"),
    ("uuid", "tenant «6fa1b2c3-88d4-4e5f-9a0b-1c2d3e4f5a6b» asks"),
    ("id", "Request ID: «8f14e45f-ceea-467f-a»"),
    ("id", "session_id=«s20261121a9»"),
    ("id", "This is «req_011CUxyz93kLmn4» of the day"),
    ("nonce", "nonce: «a8Zk+93bQ==»"),
    ("nonce", "cache buster «d41d8cd98f00b204e9800998ecf8427e» here"),
    ("folder", " - Primary working directory: «/home/ann/shop»\n"),
    ("folder", "  <cwd>«/home/ann/shop»</cwd>"),
    ("folder", "I'm currently working in the directory: «/home/ann/shop»"),
    ("folder", "Current directory: «C:\\Users\\ann»"),
    ("folder", "The current working directory is: «/home/ann/shop»."),
    ("git", "Current branch: «feature/parser»\n\nMain branch: main"),
    ("git", "Status:\n«?? new.txt\n M main.py»\n\nBe brief."),
    ("git", "Status:\n«(clean)»\n"),
    ("git", "Recent commits:\n«17b374d First\n337629a The tests»\n"),
    ("listing", "Folder structure of the current working directory:\n\n«├───main.py\n└───.git/...»\n\nBe brief."),
    ("listing", "# Current working directory (/home/ann) files:\n«.git/\nmain.py\nsrc/a.py»\n\nBe brief."),
    ("tokens", "You have «41%» context left."),
    ("tokens", "Token usage: «12345/200000; 187655 remaining»"),
    ("tokens", "«183,000» tokens remaining"),
    ("pid", "The server runs as pid «48213»."),
    ("temp", "Write scratch files to «/tmp/tmpa8x93kq2/out»."),
    ("temp", "TMPDIR is «/var/folders/zz/zyxvpxvq6csfxvn_n0/T/run-8f3a91c2»"),
]

NOTHING = [
    "You are Claude Code 2.1.197, the CLI of Anthropic. Model ID: claude-opus-4-8[1m].",
    "Assistant knowledge cutoff is January 2026.",
    "Released on Saturday, November 21, 2026.",
    "assistant: [saves project memory: merge freeze begins 2026-03-05 for mobile release cut.]",
    "Convert relative dates, e.g. today is 2026-03-05.",
    "For example, session id: 8f14e45fceea467fa",
    "```\nTue Nov 18 2025 10:00:00\n6fa1b2c3-88d4-4e5f-9a0b-1c2d3e4f5a6b\n```",
    "Use the id `6fa1b2c3-88d4-4e5f-9a0b-1c2d3e4f5a6b` for the root.",
    "A UUID looks like 123e4567-e89b-12d3-a456-426614174000.",
    "Fixed in commit d41d8cd98f00b204e9800998ecf8427e; sha 17b374d.",
    "image@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "When fewer than 20000 tokens remaining, summarise.",
    "Start to compact once 80% context used.",
    "The limit is 4096 tokens used per answer.",
    "OS Version: Linux 6.18.44-fc-v669, port 8080, 10:1 ratio, version 10.15.7",
    "Use `git status` and `git log -n 3` before you commit. Status: report it to the user.",
    "Save reports to /tmp/report.txt and read /home/ann/.claude/projects/shop/memory/.",
    "The files in the current folder are yours to edit. Always answer in English.",
    "Kill the process by its pid, not by its name. Exit code 130.",
    "Dates are formatted as 2026-11-21T14:03:55Z.",
    "Session-specific guidance: task id and request id are in the header.",
]


@pytest.mark.parametrize(("kind", "marked"), FOUND)
def test_what_changes_is_found(kind: str, marked: str) -> None:
    before, _, rest = marked.partition("«")
    inside, _, _ = rest.partition("»")
    text = marked.replace("«", "").replace("»", "")
    (part,) = find(text)
    assert (part.kind, text[part.start : part.end]) == (kind, inside)
    assert part.start == len(before)
    assert part.label == LABELS[kind]


@pytest.mark.parametrize("text", NOTHING)
def test_what_stays_is_not(text: str) -> None:
    assert [(part.kind, text[part.start : part.end]) for part in find(text)] == []


@given(st.lists(st.sampled_from([marked for _, marked in FOUND] + NOTHING), max_size=6))
def test_parts_stand_in_order_and_do_not_overlap(texts: list[str]) -> None:
    text = "\n\n".join(texts)
    parts = find(text)
    edges = [edge for part in parts for edge in (part.start, part.end)]
    assert edges == sorted(edges)
    assert all(part.end > part.start and part.end <= len(text) for part in parts)


@given(st.text(alphabet="0a-:/. \n`{tmpdaeT", max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert all(text[part.start : part.end] for part in find(text))
