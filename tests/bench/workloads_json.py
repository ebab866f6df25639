"""JSON tool outputs as agents get them, made up but like the real ones, with facts planted in them."""

import hashlib
import json
import random
import time
from collections.abc import Callable
from typing import Any, Final

from tests.bench.needles import Needle, Workload

_WORDS: Final = (
    *("client", "server", "cache", "token", "session", "router", "parser", "index", "queue", "worker", "config"),
    *("schema", "model", "view", "store", "event", "hook", "metric", "export", "import", "sync", "batch", "retry"),
    *(
        "user",
        "order",
        "cart",
        "item",
        "price",
        "invoice",
        "mail",
        "login",
        "payment",
        "search",
        "report",
        "audit",
    ),
)
_PEOPLE: Final = (
    "mlopez",
    "akim",
    "jsmith",
    "rpatel",
    "tnguyen",
    "cdubois",
    "hschmidt",
    "osato",
    "lrossi",
    "bwhite",
)
_LANGUAGES: Final = {"py": "Python", "ts": "TypeScript", "go": "Go", "rs": "Rust", "md": "Markdown"}
_START: Final = 1_735_689_600
"""2025-01-01T00:00:00Z, in seconds."""


def code_search() -> Workload:
    """100 results of a code search by an MCP server: path, line, repository, url, score, snippet."""
    chance = random.Random(11)
    results = []
    for at in range(100):
        path = _path(chance)
        line = chance.randrange(5, 900)
        repository = chance.choice(["acme/shop-backend", "acme/shop-web", "acme/platform"])
        snippet = _snippet(chance)
        results.append(_hit(path, line, repository, snippet, round(98.7 - at * 0.83, 2)))
    results[57] = _hit(
        "services/billing/src/retry_policy.py",
        212,
        "acme/shop-backend",
        "def backoff_seconds(attempt):\n    # jitter keeps clients from retrying in lockstep\n"
        "    return min(cap, base * 2 ** attempt)",
        51.39,
    )
    results[83]["snippet"] = "    raise PaymentError('charge failed: card token expired')\n"
    text = json.dumps({"total_count": 100, "incomplete_results": False, "items": results}, indent=2)
    needles = (
        Needle("query", "retry_policy.py\t212\tdef backoff_seconds(attempt)"),
        Needle("error", "raise PaymentError('charge failed: card token expired')"),
    )
    return Workload(
        "code search",
        text,
        "mcp__github__search_code",
        '{"query": "retry"}',
        "Where do we compute the backoff jitter between retries? Fix the lockstep problem there.",
        needles,
    )


def issue_triage() -> Workload:
    """Issues as GitHub's API returns them, with their long bodies, users and labels."""
    chance = random.Random(12)
    issues = [_issue(chance, 4000 - at * chance.randrange(1, 3)) for at in range(48)]
    odd = issues[31]
    odd["title"] = "Segmentation fault in the tokenizer when the cache file is truncated"
    odd["comments"] = 214
    odd["body"] = odd["body"].replace("### Steps", "thread 'main' panicked at 'index out of bounds'\n\n### Steps")
    issues[17]["title"] = "Webhook signatures are verified with the wrong clock skew"
    issues[40]["state_reason"] = "reopened"
    needles = (
        Needle("error", "Segmentation fault in the tokenizer when the cache file is truncated"),
        Needle("error", "thread 'main' panicked at 'index out of bounds'"),
        Needle("outlier", f"{odd['number']}\t214"),
        Needle("query", "Webhook signatures are verified with the wrong clock skew"),
        Needle("rare", f"{issues[40]['number']}\treopened"),
    )
    return Workload(
        "issue triage",
        json.dumps(issues, indent=2),
        "mcp__github__list_issues",
        '{"owner": "acme", "repo": "engine", "state": "open"}',
        "Which of the open issues are about webhook signatures and clock skew?",
        needles,
    )


def record_index(count: int = 1200) -> Workload:
    """An index of files: one record each, every record with the same keys."""
    chance = random.Random(13)
    paths: set[str] = set()
    while len(paths) < count:
        paths.add(_path(chance))
    records: list[dict[str, Any]] = []
    for number, path in enumerate(sorted(paths), 1):
        language = _LANGUAGES[path.rpartition(".")[2]]
        records.append(
            {
                "id": f"file-{number:06d}",
                "type": "file",
                "repository": "acme/platform",
                "branch": "main",
                "path": path,
                "name": path.rpartition("/")[2],
                "directory": path.rpartition("/")[0],
                "url": f"https://git.example.com/acme/platform/blob/main/{path}",
                "language": language,
                "size_bytes": int(chance.lognormvariate(8, 1)),
                "lines": chance.randrange(10, 900),
                "indexed": True,
                "status": "indexed",
                "modified_at": _time(_START + chance.randrange(9_000_000)),
                "error": None,
            }
        )
    records[731] |= {"indexed": False, "status": "failed", "error": "file is not valid UTF-8 at byte 18231"}
    records[402]["size_bytes"] = 48_211_907
    needles = (
        Needle("error", "file is not valid UTF-8 at byte 18231"),
        Needle("outlier", "48211907"),
        Needle("rare", "failed"),
    )
    return Workload(
        "record index",
        json.dumps(records),
        "Bash",
        '{"command": "cat index.json"}',
        "Is the index complete?",
        needles,
    )


def timeline() -> Workload:
    """Events in the order of their times, as a tracker's API returns them."""
    chance = random.Random(14)
    events: list[dict[str, Any]] = []
    now = _START + 8 * 3600
    kinds = ["build.started", "build.finished", "deploy.started", "deploy.finished", "test.finished"]
    for number in range(600):
        now += chance.randrange(4, 90)
        service = chance.choice(["checkout", "catalog", "search", "billing", "mailer"])
        events.append(
            {
                "event_id": f"evt_{48000 + number}",
                "timestamp": _time(now)[:-1] + f".{chance.randrange(1000):03d}Z",
                "type": chance.choice(kinds),
                "actor": {"id": f"u-{chance.randrange(6)}", "kind": "user"},
                "service": service,
                "environment": "production",
                "duration_ms": int(chance.gauss(4200, 300)),
                "status": "ok",
            }
        )
    events[377] |= {"status": "failed", "type": "deploy.failed"}
    events[201]["duration_ms"] = 96_500
    events[455]["type"] = "secret.rotated"
    needles = (
        Needle("error", "48377\tdeploy.failed\tfailed"),
        Needle("outlier", "48201\t96500"),
        Needle("rare", "48455\tsecret.rotated"),
    )
    return Workload(
        "timeline", json.dumps(events, indent=2), "mcp__tracker__events", "{}", "What went wrong today?", needles
    )


def prompt_catalogue() -> Workload:
    """Long texts with a little about each: a catalogue of prompts."""
    chance = random.Random(15)
    prompts = []
    for number in range(60):
        topic = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)}"
        prompts.append(
            {
                "id": f"prompt-{number:03d}",
                "title": topic.title(),
                "category": chance.choice(["engineering", "writing", "analysis"]),
                "version": "1.2.0",
                "author": chance.choice(_PEOPLE),
                "created_at": _time(_START + number * 86_400),
                "tags": chance.sample(["code", "review", "summary", "tests", "design"], 2),
                "model": {"name": "default", "temperature": 0.2, "max_tokens": 2048},
                "prompt": f"You are an expert in {topic}. "
                + " ".join(_sentence(chance) for _ in range(chance.randrange(5, 9))),
            }
        )
    prompts[44]["prompt"] += " Answer with the root cause of the deadlock first."
    prompts[23]["title"] = "Postgres Vacuum Tuning"
    needles = (
        Needle("query", "Postgres Vacuum Tuning"),
        Needle("error", "Answer with the root cause of the deadlock first."),
    )
    return Workload(
        "prompt catalogue",
        json.dumps(prompts, indent=2),
        "mcp__prompts__list",
        "{}",
        "Which prompt helps with tuning vacuum in Postgres?",
        needles,
    )


def query_rows() -> Workload:
    """The rows of a SQL query, as a database's MCP server returns them."""
    chance = random.Random(16)
    rows = []
    for number in range(1000):
        customer = chance.randrange(1, 400)
        rows.append(
            {
                "order_id": 70_000 + number,
                "customer_id": customer,
                "customer_email": f"customer{customer}@example.com",
                "status": "shipped" if chance.random() < 0.9 else "pending",
                "currency": "EUR",
                "amount": f"{chance.lognormvariate(4, 0.4):.2f}",
                "items": chance.randrange(1, 6),
                "created_at": _time(_START + number * 431 + chance.randrange(300)),
                "error_code": None,
            }
        )
    rows[613] |= {"status": "payment_failed", "error_code": "CARD_DECLINED"}
    rows[240]["amount"] = "98250.00"
    rows[802]["currency"] = "JPY"
    rows[127]["customer_email"] = "zoe.lindqvist@example.com"
    needles = (
        Needle("error", "70613\tpayment_failed\tCARD_DECLINED"),
        Needle("outlier", "70240\t98250.00"),
        Needle("rare", "70802\tJPY"),
        Needle("query", "70127\tzoe.lindqvist"),
    )
    return Workload(
        "query rows",
        json.dumps({"rows": rows, "rowCount": 1000, "truncated": False}, indent=2),
        "mcp__postgres__query",
        '{"sql": "select * from orders"}',
        "Did the order of zoe.lindqvist@example.com go through?",
        needles,
    )


WORKLOADS: Final[tuple[Callable[[], Workload], ...]] = (
    code_search,
    issue_triage,
    record_index,
    timeline,
    prompt_catalogue,
    query_rows,
)


def _time(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _path(chance: random.Random) -> str:
    area = chance.choice(["services", "packages", "libs"])
    name = f"{chance.choice(_WORDS)}_{chance.choice(_WORDS)}{chance.choice(['', '', '2', '_v3'])}"
    folder = chance.choice(["api", "core", "handlers", "models", "utils", "tests"])
    return f"{area}/{chance.choice(_WORDS[:12])}/src/{folder}/{name}.{chance.choice(list(_LANGUAGES))}"


def _sentence(chance: random.Random) -> str:
    filler = ("the", "a", "of", "with", "and", "in", "to", "for", "which", "every", "should", "before")
    words = [chance.choice(_WORDS if chance.random() < 0.6 else filler) for _ in range(chance.randrange(8, 18))]
    return " ".join(words).capitalize() + "."


def _snippet(chance: random.Random) -> str:
    name, other = chance.choice(_WORDS), chance.choice(_WORDS)
    return (
        f"    def {name}_{other}(self, {other}_id, limit={chance.randrange(10, 99)}):\n"
        f"        {name} = self.{other}_store.get({other}_id)\n"
        f"        if {name} is None:\n"
        f"            return self.{chance.choice(_WORDS)}.next_{name}(limit)\n"
        f"        return {name}.{chance.choice(_WORDS)}_for({other}_id)[:{chance.randrange(3, 60)}]\n"
    )


def _hit(path: str, line: int, repository: str, snippet: str, score: float) -> dict[str, Any]:
    sha = hashlib.sha1(path.encode()).hexdigest()
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "line": line,
        "repository": {"full_name": repository, "private": True, "default_branch": "main"},
        "html_url": f"https://git.example.com/{repository}/blob/main/{path}#L{line}",
        "score": score,
        "snippet": snippet,
    }


def _issue(chance: random.Random, number: int) -> dict[str, Any]:
    user, closer = _user(chance.choice(_PEOPLE)), chance.choice([None, *_PEOPLE[:3]])
    base = "https://api.example.com/repos/acme/engine"
    opened = _START + chance.randrange(20_000_000)
    steps = "\n".join(f"{step}. {_sentence(chance)}" for step in range(1, chance.randrange(4, 8)))
    said = "\n\n".join(_sentence(chance) + " " + _sentence(chance) for _ in range(chance.randrange(4, 12)))
    labels = chance.sample(
        ["bug", "docs", "good first issue", "performance", "needs-triage"], chance.randrange(0, 3)
    )
    return {
        "url": f"{base}/issues/{number}",
        "repository_url": base,
        "labels_url": f"{base}/issues/{number}/labels{{/name}}",
        "comments_url": f"{base}/issues/{number}/comments",
        "events_url": f"{base}/issues/{number}/events",
        "html_url": f"https://git.example.com/acme/engine/issues/{number}",
        "id": 2_900_000_000 + number * 7919 % 99_999_999,
        "number": number,
        "title": _sentence(chance)[:-1],
        "user": user,
        "labels": [_label(name) for name in labels],
        "state": "open",
        "state_reason": None,
        "locked": False,
        "assignee": _user(closer) if closer else None,
        "comments": chance.randrange(0, 9),
        "created_at": _time(opened),
        "updated_at": _time(opened + chance.randrange(1_000_000)),
        "closed_at": None,
        "author_association": chance.choice(["NONE", "NONE", "CONTRIBUTOR"]),
        "body": f"### Description\n\n{said}\n\n### Steps\n\n{steps}\n\n### Version\n\n1.{chance.randrange(9)}.0\n",
        "reactions": {"url": f"{base}/issues/{number}/reactions", "total_count": 0, "+1": 0, "-1": 0},
        "timeline_url": f"{base}/issues/{number}/timeline",
    }


def _user(login: str) -> dict[str, Any]:
    number = int(hashlib.sha1(login.encode()).hexdigest()[:6], 16)
    base = f"https://api.example.com/users/{login}"
    return {
        "login": login,
        "id": number,
        "avatar_url": f"https://avatars.example.com/u/{number}?v=4",
        "url": base,
        "html_url": f"https://git.example.com/{login}",
        "followers_url": f"{base}/followers",
        "starred_url": f"{base}/starred{{/owner}}{{/repo}}",
        "organizations_url": f"{base}/orgs",
        "repos_url": f"{base}/repos",
        "type": "User",
        "site_admin": False,
    }


def _label(name: str) -> dict[str, Any]:
    return {
        "id": int(hashlib.sha1(name.encode()).hexdigest()[:7], 16),
        "url": f"https://api.example.com/repos/acme/engine/labels/{name.replace(' ', '%20')}",
        "name": name,
        "color": "d73a4a",
        "default": False,
        "description": f"All about {name}",
    }
