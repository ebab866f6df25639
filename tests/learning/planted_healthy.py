"""Sessions in which all is as it should be: no rule may come of them."""

from tests.learning.session import Change, Look, Run, Session, Turn, Write

_TOTAL = "def total(prices):\n    return sum(prices[1:])\n"
_TEST = """import unittest
from orders import total


class Totals(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total([1, 2]), 3)
"""
_LONG = "".join(f"line {n}: nothing of note\n" for n in range(1, 200))
_POLL = """n=$(cat .polls 2>/dev/null || echo 0); echo $((n + 1)) > .polls
[ "$n" -lt 3 ] && echo "api  0/1  ContainerCreating  ${n}s" || echo "api  1/1  Running  ${n}s" """
_TSC = """grep -q 'n: number' src/sum.ts || {
  echo "src/sum.ts(1,21): error TS7006: Parameter 'n' implicitly has an 'any' type."; exit 2; }
echo ok"""

HEALTHY = (
    Session(
        "fixed-test",
        "claude",
        "shop",
        files={"orders.py": _TOTAL, "test_orders.py": _TEST},
        turns=(
            Turn(
                "Fix the failing test",
                (
                    Run("python3 -m unittest -q"),
                    Look("orders.py"),
                    Change("orders.py", "prices[1:]", "prices"),
                    Run("python3 -m unittest -q"),
                ),
                "The first price was left out; the test passes now.",
            ),
            Turn("Great, thanks. No problem that it took two runs.", (), "You are welcome."),
        ),
    ),
    Session(
        "fixed-test-too",
        "codex",
        "shop",
        files={"orders.py": _TOTAL, "test_orders.py": _TEST},
        turns=(
            Turn(
                "test_total fails, please fix it",
                (
                    Run("python3 -m unittest -q"),
                    Run("cat orders.py"),
                    Change("orders.py", "    return sum(prices[1:])", "    return sum(prices)"),
                    Run("python3 -m unittest -q"),
                    Run("python3 -m unittest -v"),
                ),
                "Fixed.",
            ),
        ),
    ),
    Session(
        "no-match",
        "claude",
        "shop",
        files={"orders.py": _TOTAL, "app/tax.py": "RATE = 0.2\n"},
        turns=(
            Turn(
                "Is Decimal used anywhere?",
                (Run("grep -rn Decimal ."), Run("grep -rn -i decimal app"), Run("grep -rn RATE app")),
                "No, only floats.",
            ),
        ),
    ),
    Session(
        "expected-exits",
        "codex",
        "shop",
        files={"a.json": "{}\n", "b.json": "[]\n"},
        setup="git init -q . && git add -A && git commit -qm start && echo '{ }' > a.json",
        turns=(
            Turn(
                "Do the two fixtures differ, and is anything uncommitted?",
                (
                    Run("diff a.json b.json"),
                    Run("git diff --exit-code"),
                    Run("test -f c.json"),
                    Run("cmp a.json b.json"),
                ),
                "They differ, and a.json is not committed.",
            ),
        ),
    ),
    Session(
        "explored",
        "claude",
        "shop",
        files={
            "README.md": "# Shop\n",
            "app/tax.py": "RATE = 0.2\n",
            "app/orders.py": _TOTAL,
            "docs/api.md": "# API\n",
        },
        turns=(
            Turn(
                "Get to know the project first.",
                (Run("ls -R"), Look("README.md"), Look("app/tax.py"), Look("app/orders.py"), Look("docs/api.md")),
                "A shop: orders, tax, and an API.",
            ),
            Turn("No, nothing else for now. Don't worry about the tests yet, take your time.", (), "All right."),
        ),
    ),
    Session(
        "explored-too",
        "codex",
        "relay",
        files={"src/main.rs": "fn main() {}\n", "src/limits.rs": "pub const N: u32 = 60;\n"},
        turns=(
            Turn(
                "where is the rate limit set?",
                (Run("ls"), Run("rg -n throttle src"), Run("rg -n 'N: u32' src"), Run("cat src/limits.rs")),
                "In src/limits.rs.",
            ),
        ),
    ),
    Session(
        "edited-between",
        "claude",
        "shop",
        files={"orders.py": _TOTAL},
        turns=(
            Turn(
                "Name the parameter and round the total.",
                (
                    Look("orders.py"),
                    Change("orders.py", "sum(prices[1:])", "sum(prices)"),
                    Look("orders.py"),
                    Change("orders.py", "sum(prices)", "round(sum(prices), 2)"),
                    Look("orders.py"),
                    Change("orders.py", "def total(prices)", "def total(prices: list[float])"),
                    Look("orders.py"),
                ),
                "Both are done.",
            ),
        ),
    ),
    Session(
        "pages",
        "codex",
        "handbook",
        files={"log.txt": _LONG},
        turns=(
            Turn(
                "read all of log.txt and tell me what is in it",
                (
                    Look("log.txt", 1, 50),
                    Look("log.txt", 51, 50),
                    Look("log.txt", 101, 50),
                    Look("log.txt", 151, 50),
                ),
                "Nothing of note.",
            ),
        ),
    ),
    Session(
        "polled",
        "claude",
        "infra",
        files={"README.md": "# Infra\n"},
        commands={"kubectl": _POLL},
        turns=(
            Turn(
                "Wait until the API is up",
                (
                    Run("kubectl get pods"),
                    Run("kubectl get pods"),
                    Run("kubectl get pods"),
                    Run("kubectl get pods"),
                ),
                "It is running.",
            ),
        ),
    ),
    Session(
        "compiled",
        "codex",
        "web",
        files={"src/sum.ts": "export const twice = (n) => 2 * n;\n"},
        commands={"tsc": _TSC},
        turns=(
            Turn(
                "make it compile",
                (
                    Run("tsc -p ."),
                    Run("cat src/sum.ts"),
                    Change(
                        "src/sum.ts",
                        "export const twice = (n) => 2 * n;",
                        "export const twice = (n: number) => 2 * n;",
                    ),
                    Run("tsc -p ."),
                ),
                "It compiles.",
            ),
            Turn("perfect. use the same style in future", (), "I will."),
        ),
    ),
    Session(
        "written",
        "gemini",
        "handbook",
        files={"docs/index.md": "# Handbook\n"},
        turns=(
            Turn(
                "Add a page on holidays",
                (Look("docs/index.md"), Write("docs/holidays.md", "# Holidays\n\n25 days.\n"), Run("ls docs")),
                "Added.",
            ),
            Turn("no, that is all, thank you", (), "Gladly."),
        ),
    ),
    Session(
        "passing-twice",
        "qwen",
        "shop",
        files={"orders.py": "def total(prices):\n    return sum(prices)\n", "test_orders.py": _TEST},
        turns=(
            Turn(
                "Are the tests stable?",
                (Run("python3 -m unittest -q"), Run("python3 -m unittest -q")),
                "Yes, both runs pass.",
            ),
        ),
    ),
    Session(
        "looked-up",
        "opencode",
        "infra",
        files={"main.tf": "terraform {}\n", "vars.tf": 'variable "region" {}\n'},
        turns=(
            Turn(
                "Which variables are there?",
                (Run("ls"), Look("vars.tf"), Run("grep -n output *.tf")),
                "Only region.",
            ),
            Turn("Why not two?", (), "Nothing else is needed."),
        ),
    ),
    Session(
        "listed",
        "copilot",
        "billing",
        files={"invoice.py": _TOTAL},
        turns=(Turn("What is in here?", (Run("ls"), Look("invoice.py")), "One module."),),
    ),
)
