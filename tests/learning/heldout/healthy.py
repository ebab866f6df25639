"""Sessions of work that goes as it should, with failures that teach nothing: no rule may come of them."""

from tests.learning.session import Change, Look, Run, Session, Together, Turn, Write

_SLUG = "def slug(text):\n    return text.lower()\n"
_SLUG_TEST = """import unittest
from slug import slug


class Slugs(unittest.TestCase):
    def test_spaces(self):
        self.assertEqual(slug('A b'), 'a-b')
"""
_CARGO = """case "$1" in
test) grep -q 'saturating_sub' src/lib.rs && { echo "test result: ok. 3 passed; 0 failed"; exit 0; }
  echo "test tests::below_zero ... FAILED"
  echo "thread 'tests::below_zero' panicked at src/lib.rs:2:5: attempt to subtract with overflow"
  echo "test result: FAILED. 2 passed; 1 failed"; exit 101 ;;
esac"""
_TSC = """grep -q 'name: string' src/user.ts || {
  echo "src/user.ts(1,22): error TS7006: Parameter 'name' implicitly has an 'any' type."; exit 2; }
grep -q 'User | null' src/user.ts || {
  echo "src/user.ts(2,3): error TS2322: Type 'null' is not assignable to type 'User'."; exit 2; }
echo"""
_FETCH = """n=$(cat .tries 2>/dev/null || echo 0); echo $((n + 1)) > .tries
[ "$n" -lt 1 ] && {
  echo "curl: (28) Failed to connect to rates.example.org port 443 after 5000 ms: Timeout was reached" >&2
  exit 28; }
echo '{"EUR": 1.0, "CHF": 0.94}'"""
_GH = """n=$(cat .asked 2>/dev/null || echo 0); echo $((n + 1)) > .asked
[ "$n" -lt 4 ] && echo "in_progress  build  $((n + 1))m$((n * 13))s" || echo "completed  success  build  6m2s" """
_LINT = """n=$(grep -c 'var ' src/old.js)
[ "$n" = 0 ] && { echo "no problems"; exit 0; }
echo "src/old.js: $n problems (no-var)"; exit 1"""
_FORMAT = """sed -i 's/^def total( prices )/def total(prices)/' billing.py; echo "1 file reformatted" """
_BIG = "".join(f"def step_{n}(state):\n    state['n'] += {n}\n    return state\n\n\n" for n in range(70))
_REPRO = "import json\njson.loads('{\"a\": 1,}')\n"
_JAVA = """grep -q 'Objects.requireNonNull' src/Office.java && { echo "BUILD SUCCESSFUL in 3s"; exit 0; }
echo "OfficeTest > rejectsNull() FAILED"; echo "    org.opentest4j.AssertionFailedError at OfficeTest.java:11"
echo "1 test completed, 1 failed"; exit 1"""

HEALTHY = (
    Session(
        "test-first",
        "codex",
        "press",
        files={"slug.py": _SLUG},
        turns=(
            Turn(
                "slug() should replace spaces by dashes. test first please",
                (
                    Write("test_slug.py", _SLUG_TEST),
                    Run("python3 -m unittest -q test_slug"),
                    Change("slug.py", "    return text.lower()", "    return text.lower().replace(' ', '-')"),
                    Run("python3 -m unittest -q test_slug"),
                ),
                "Red, then green.",
            ),
        ),
    ),
    Session(
        "no-hits",
        "claude",
        "payments-api",
        files={"payments/app.py": "import os\n", "payments/charge.py": "def charge(): ...\n"},
        turns=(
            Turn(
                "is the old gateway still referenced somewhere?",
                (
                    Run("grep -rni oldgate payments"),
                    Run("rg -n 'gateway' ."),
                    Run("git log --oneline -S oldgate 2>/dev/null | head -5"),
                    Run("grep -rn charge payments"),
                ),
                "No, nowhere.",
            ),
        ),
    ),
    Session(
        "typo",
        "gemini",
        "fleet",
        files={"go.mod": "module example.org/fleet\n"},
        setup="git init -q . && git add -A && git commit -qm start && touch new.go",
        turns=(
            Turn(
                "anything uncommitted?",
                (Run("git stauts --short"), Run("git status --short")),
                "new.go is not tracked.",
            ),
        ),
    ),
    Session(
        "reformatted",
        "claude",
        "invoicer",
        files={"billing.py": "def total( prices ):\n    return sum(prices)\n"},
        commands={"fmt": _FORMAT},
        turns=(
            Turn(
                "Round the total to cents, then format the file",
                (
                    Look("billing.py"),
                    Change("billing.py", "return sum(prices)", "return round(sum(prices), 2)"),
                    Run("fmt billing.py"),
                    Look("billing.py"),
                ),
                "Rounded and formatted.",
            ),
            Turn("super, danke!", (), "Gern."),
        ),
    ),
    Session(
        "no-hooks",
        "codex",
        "ledgerbook",
        files={"package.json": '{"name": "ledgerbook"}\n', ".github/workflows/ci.yml": "on: push\n"},
        turns=(
            Turn(
                "does anything run before a commit here?",
                (
                    Run("ls .pre-commit-config.yaml"),
                    Run("ls -a .github"),
                    Run("git config core.hooksPath || echo none"),
                ),
                "No: no hooks, only the workflow on push.",
            ),
        ),
    ),
    Session(
        "panicked",
        "qwen",
        "ingest",
        files={"src/lib.rs": "pub fn left(total: u32, used: u32) -> u32 {\n    total - used\n}\n"},
        commands={"cargo": _CARGO},
        turns=(
            Turn(
                "below_zero panics, make it return 0",
                (
                    Run("cargo test"),
                    Look("src/lib.rs"),
                    Change("src/lib.rs", "total - used", "total.saturating_sub(used)"),
                    Run("cargo test"),
                ),
                "All three pass.",
            ),
        ),
    ),
    Session(
        "typed-step-by-step",
        "opencode",
        "portal",
        files={"src/user.ts": "export const find = (name) => {\n  return null;\n};\n"},
        commands={"npx": _TSC},
        turns=(
            Turn(
                "get user.ts through the compiler",
                (
                    Run("npx tsc --noEmit"),
                    Look("src/user.ts"),
                    Change("src/user.ts", "(name)", "(name: string)"),
                    Run("npx tsc --noEmit"),
                    Change("src/user.ts", "(name: string)", "(name: string): User | null"),
                    Run("npx tsc --noEmit"),
                ),
                "It compiles.",
            ),
        ),
    ),
    Session(
        "slow-network",
        "claude",
        "quotes",
        files={"rates.py": "URL = 'https://rates.example.org'\n"},
        commands={"curl": _FETCH},
        turns=(
            Turn(
                "what does the rates API answer at the moment?",
                (
                    Run("curl -sS https://rates.example.org/latest"),
                    Run("curl -sS https://rates.example.org/latest"),
                ),
                "CHF is at 0.94. The first try timed out.",
            ),
        ),
    ),
    Session(
        "watched-ci",
        "codex",
        "design-tokens",
        files={"tokens.json": "{}\n"},
        commands={"gh": _GH},
        turns=(
            Turn(
                "tell me when the build is through",
                (
                    Run("gh run list -L 1"),
                    Run("sleep 0.2; gh run list -L 1"),
                    Run("sleep 0.2; gh run list -L 1"),
                    Run("sleep 0.2; gh run list -L 1"),
                    Run("sleep 0.2; gh run list -L 1"),
                ),
                "Success, after six minutes.",
            ),
        ),
    ),
    Session(
        "linted",
        "copilot",
        "portal",
        files={"src/old.js": "var a = 1;\nvar b = 2;\n"},
        commands={"eslint": _LINT},
        turns=(
            Turn(
                "make eslint happy with old.js",
                (
                    Run("eslint src/old.js"),
                    Look("src/old.js"),
                    Change("src/old.js", "var a = 1;", "const a = 1;"),
                    Run("eslint src/old.js"),
                    Change("src/old.js", "var b = 2;", "const b = 2;"),
                    Run("eslint src/old.js"),
                ),
                "It is.",
            ),
        ),
    ),
    Session(
        "new-changelog",
        "gemini",
        "scout",
        files={"scout.py": "VERSION = '0.2'\n"},
        turns=(
            Turn(
                "Add 0.2 to the changelog; start one if there is none.",
                (
                    Look("CHANGELOG.md"),
                    Look("scout.py"),
                    Write("CHANGELOG.md", "# Changelog\n\n## 0.2\n\n- First release.\n"),
                    Look("CHANGELOG.md"),
                ),
                "There was none; there is now.",
            ),
        ),
    ),
    Session(
        "compared",
        "opencode",
        "stock-feed",
        files={"a.csv": "sku,count\nA,1\n", "b.csv": "sku,count\nA,2\n"},
        setup="git init -q . && git add -A && git commit -qm start && echo 'B,3' >> a.csv",
        turns=(
            Turn(
                "do the two exports differ, and did I change one of them?",
                (Run("diff a.csv b.csv"), Run("git diff --quiet"), Run("git diff --stat")),
                "They differ, and a.csv is changed.",
            ),
        ),
    ),
    Session(
        "big-file",
        "claude",
        "ml-lab",
        files={"src/lab/steps.py": _BIG},
        turns=(
            Turn(
                "step_33 must add 34 instead",
                (
                    Look("src/lab/steps.py"),
                    Change("src/lab/steps.py", "state['n'] += 33\n", "state['n'] += 34\n"),
                    Run("python3 -m py_compile src/lab/steps.py"),
                ),
                "It does.",
            ),
        ),
    ),
    Session(
        "reproduced",
        "codex",
        "quotes",
        files={"repro.py": _REPRO},
        turns=(
            Turn(
                "can you reproduce the crash from the report? repro.py has the payload",
                (
                    Run("cat repro.py"),
                    Run("python3 repro.py"),
                    Change("repro.py", "json.loads('{\"a\": 1,}')", "json.loads('{\"a\": 1}')"),
                    Run("python3 repro.py"),
                ),
                "Yes: the trailing comma. Without it, it parses.",
            ),
        ),
    ),
    Session(
        "probed",
        "codex",
        "mono",
        files={"ledger/ledger.go": "package ledger\n"},
        turns=(
            Turn(
                "which build tools does this box have?",
                (
                    Together(("command -v bazel", "command -v make", "command -v ninja")),
                    Run("which cmake meson"),
                    Run("test -x /usr/local/bin/buck2"),
                ),
                "Only make.",
            ),
        ),
    ),
    Session(
        "red-java",
        "claude",
        "office-api",
        files={"src/Office.java": "final class Office {\n    Office(String name) {\n    }\n}\n"},
        commands={"gradle": _JAVA},
        turns=(
            Turn(
                "rejectsNull fails. Make Office reject null.",
                (
                    Run("gradle test"),
                    Look("src/Office.java"),
                    Change("src/Office.java", "name) {\n", "name) {\n        Objects.requireNonNull(name);\n"),
                    Run("gradle test"),
                ),
                "It is rejected now.",
            ),
        ),
    ),
)
