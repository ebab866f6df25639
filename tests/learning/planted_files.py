"""Sessions in which a path is wrong, a file is read over and over, an edit does not fit, or an output is huge."""

from tests.learning.session import Change, Expected, Fetch, Look, Run, Session, Turn, lines

_MODELS = "class Order:\n    def __init__(self, prices):\n        self.prices = prices\n"
_YAML = "retries: 3\ntimeout_seconds: 20\n"
_TS = "export const limits = {\n\tperMinute: 60,\n\tburst: 10,\n};\n"
_PAGER = "# Pager duty\n\nCall the person on duty.\n"
_SLEEPY = "def wait(seconds):\n    if seconds  >  0:\n        sleep(seconds)\n    return seconds\n"
_RUST = "pub fn parse(line: &str) -> Option<u32> {\n    line.trim_end().parse().ok()\n}\n"
_NPM_LS = """case "$*" in
*--all*) echo "web@1.0.0 /home/user/web"
  seq 1 420 | while read n; do
    printf '+-- package-%d@%d.%d.0 deduped of shared-lib\\n' "$n" $((n % 7)) $((n % 13))
  done ;;
*) echo "up to date" ;;
esac"""
_BUILD_LOG = lines(360, "[INFO] Compiling module shop-part-%d with javac, source level 21, debug on")
_LEDGER = """import hashlib
for n in range(230):
    mark = hashlib.sha256(str(n).encode()).hexdigest()
    head = f'2026-05-04 09:{n // 60:02}:{n % 60:02} INFO ledger.worker-{n % 5}:'
    print(f'{head} booked order {mark[:12]} for {n * 3} cents in {n % 17} ms')
"""

FILES = (
    Session(
        "models-path",
        "claude",
        "shop",
        files={"app/orders/models.py": _MODELS, "README.md": "# Shop\n"},
        turns=(
            Turn(
                "What does the Order class keep?",
                (Look("src/orders/models.py"), Run("find . -name models.py"), Look("app/orders/models.py")),
                "It keeps the prices.",
            ),
        ),
        expected=(Expected("wrong-path", ("app/orders/models.py",)),),
    ),
    Session(
        "settings-path",
        "codex",
        "relay",
        files={"config/settings.yaml": _YAML},
        turns=(
            Turn(
                "How often does the relay retry?",
                (Run("cat config/settings.yml"), Run("ls config"), Run("cat config/settings.yaml")),
                "Three times.",
            ),
        ),
        expected=(Expected("wrong-path", ("config/settings.yaml",)),),
    ),
    Session(
        "runbook-path",
        "qwen",
        "handbook",
        files={"docs/runbooks/pager.md": _PAGER},
        turns=(
            Turn(
                "Who is called at night, says the pager runbook?",
                (Look("runbooks/pager.md"), Run("ls -R docs"), Look("docs/runbooks/pager.md")),
                "Whoever is on duty.",
            ),
        ),
        expected=(Expected("wrong-path", ("docs/runbooks/pager.md",)),),
    ),
    Session(
        "cd-path",
        "codex",
        "web",
        files={"packages/client/package.json": '{"name": "client"}\n'},
        turns=(
            Turn(
                "list what is in the client package",
                (Run("ls packages/frontend"), Run("ls packages"), Run("ls packages/client")),
                "Only its package.json.",
            ),
        ),
        expected=(Expected("wrong-path", ("packages/client",)),),
    ),
    Session(
        "reread-orders",
        "claude",
        "shop",
        files={"app/pricing.py": _MODELS * 12, "app/tax.py": "RATE = 0.2\n"},
        turns=(
            Turn(
                "Why is the order total wrong?",
                (
                    Look("app/pricing.py"),
                    Look("app/tax.py"),
                    Look("app/pricing.py"),
                    Run("git log --oneline | head -3"),
                    Look("app/pricing.py"),
                    Run("ls app"),
                    Look("app/pricing.py"),
                    Look("app/pricing.py"),
                ),
                "The tax is left out.",
            ),
        ),
        expected=(Expected("reread", ("app/pricing.py",)),),
    ),
    Session(
        "reread-limits",
        "codex",
        "relay",
        files={"src/limits.ts": _TS * 30},
        turns=(
            Turn(
                "Explain the limits",
                (
                    Run("cat src/limits.ts"),
                    Run("ls src"),
                    Run("cat src/limits.ts"),
                    Run("ls"),
                    Run("cat src/limits.ts"),
                    Run("cat src/limits.ts"),
                ),
                "Sixty a minute, ten in a burst.",
            ),
        ),
        expected=(Expected("reread", ("src/limits.ts",)),),
    ),
    Session(
        "inexact-wait",
        "claude",
        "shop",
        files={"app/wait.py": _SLEEPY},
        turns=(
            Turn(
                "Wait at most a minute",
                (
                    Look("app/wait.py"),
                    Change(
                        "app/wait.py", "    if seconds > 0:\n        sleep(seconds)", "    sleep(min(seconds, 60))"
                    ),
                    Change("app/wait.py", "if seconds > 0 :", "if 0 < seconds <= 60:"),
                    Look("app/wait.py"),
                    Change("app/wait.py", "        sleep(seconds)", "        sleep(min(seconds, 60))"),
                ),
                "It waits a minute at most.",
            ),
        ),
        expected=(Expected("inexact-edit", ("app/wait.py",)),),
    ),
    Session(
        "inexact-parse",
        "codex",
        "lexer",
        files={"src/parse.rs": _RUST},
        turns=(
            Turn(
                "trim both ends of the line before parsing",
                (
                    Change("src/parse.rs", "    line.trim().parse::<u32>().ok()", "    line.trim().parse().ok()"),
                    Change("src/parse.rs", "  line.trim_right().parse().ok()", "    line.trim().parse().ok()"),
                    Run("cat src/parse.rs"),
                    Change("src/parse.rs", "    line.trim_end().parse().ok()", "    line.trim().parse().ok()"),
                ),
                "Both ends are trimmed now.",
            ),
        ),
        expected=(Expected("inexact-edit", ("src/parse.rs",)),),
    ),
    Session(
        "inexact-limits",
        "opencode",
        "relay",
        files={"src/limits.ts": _TS},
        turns=(
            Turn(
                "Raise the burst limit to 20",
                (
                    Look("src/limits.ts"),
                    Change("src/limits.ts", "burst: 10;", "burst: 20;"),
                    Change("src/limits.ts", "burst = 10", "burst = 20"),
                    Look("src/limits.ts"),
                    Change("src/limits.ts", "\tburst: 10,", "\tburst: 20,"),
                ),
                "It is 20.",
            ),
        ),
        expected=(Expected("inexact-edit", ("src/limits.ts",)),),
    ),
    Session(
        "huge-npm-ls",
        "claude",
        "web",
        files={"package.json": '{"name": "web"}\n'},
        commands={"npm": _NPM_LS},
        turns=(
            Turn(
                "Which version of package-419 do we get?",
                (Run("npm ls --all"), Run("npm ls --all | tail -n 3")),
                "5.3.0",
            ),
        ),
        expected=(Expected("huge-output", ("npm ls --all", "tail")),),
    ),
    Session(
        "huge-mvn",
        "codex",
        "warehouse",
        files={"pom.xml": "<project/>\n"},
        commands={"mvn": f"{_BUILD_LOG}\necho '[ERROR] shop-part-77: cannot find symbol OrderId'\nexit 1"},
        turns=(
            Turn(
                "why does the build fail?",
                (Run("mvn -B package"), Run("mvn -B package 2>&1 | grep ERROR")),
                "OrderId is not imported in part 77.",
            ),
        ),
        expected=(Expected("huge-output", ("mvn -B package", "grep")),),
    ),
    Session(
        "retrieved-bookings",
        "claude",
        "ledger",
        files={"bookings.py": _LEDGER},
        wrapped=True,
        turns=(
            Turn("How long did the booking at 09:01:52 take?", (Run("python3 bookings.py"), Fetch()), "10 ms."),
        ),
        expected=(Expected("retrieved", ("bookings.py",)),),
    ),
)
