"""More sessions in which all is as it should be: no rule may come of them."""

from tests.learning.session import Change, Look, Run, Session, Together, Turn, Write

_PRIME = "def is_prime(n):\n    return all(n % d for d in range(3, n))\n"
_CHECK = """from prime import is_prime
assert is_prime(2) and is_prime(7)
assert not is_prime(4), 'four'
assert not is_prime(1), 'one'
print('ok')
"""
_MYPY = """grep -q 'str | None' app.py && { echo "Success: no issues found in 1 source file"; exit 0; }
echo 'app.py:2: error: Incompatible return value type (got "None", expected "str")  [return-value]'
exit 1"""
_JOB = """n=$(cat .n 2>/dev/null || echo 0); echo $((n + 1)) > .n
echo "run 881: $((n * 30)) % done"
[ "$n" -ge 3 ] && echo "run 881: succeeded" """

WELL = (
    Session(
        "red-to-green",
        "claude",
        "numbers",
        files={"prime.py": _PRIME, "check.py": _CHECK},
        turns=(
            Turn(
                "Make check.py pass, one failure at a time.",
                (
                    Run("python3 check.py"),
                    Look("prime.py"),
                    Change("prime.py", "range(3, n)", "range(2, n)"),
                    Run("python3 check.py"),
                    Change("prime.py", "return all(", "return n > 1 and all("),
                    Run("python3 check.py"),
                ),
                "It passes.",
            ),
            Turn("No, I don't know a faster way either. What do you think?", (), "A sieve, for many numbers."),
        ),
    ),
    Session(
        "typed",
        "codex",
        "api",
        files={"app.py": "def name(user: dict) -> str:\n    return user.get('name')\n"},
        commands={"mypy": _MYPY},
        turns=(
            Turn(
                "make mypy happy",
                (
                    Run("mypy app.py"),
                    Run("cat app.py"),
                    Change("app.py", "def name(user: dict) -> str:", "def name(user: dict) -> str | None:"),
                    Run("mypy app.py"),
                ),
                "It is.",
            ),
            Turn("yes, exactly like that. Nothing wrong with None here.", (), "Good."),
        ),
    ),
    Session(
        "nothing-found",
        "codex",
        "api",
        files={"app.py": "import os\n", "lib.py": "import sys\n"},
        turns=(
            Turn(
                "is requests imported anywhere?",
                (
                    Together(("grep -rn 'import requests' .", "grep -c os app.py")),
                    Run("which curl"),
                    Run("cmp -s app.py lib.py"),
                ),
                "No.",
            ),
        ),
    ),
    Session(
        "restored",
        "opencode",
        "store",
        files={"cart.py": "class Cart:\n    pass\n"},
        setup="git init -q . && git add -A && git commit -qm start && echo 'x = 1' > cart.py",
        turns=(
            Turn(
                "Undo what I did to cart.py",
                (Look("cart.py"), Run("git checkout -q cart.py"), Look("cart.py")),
                "It is as committed.",
            ),
        ),
    ),
    Session(
        "new-page",
        "claude",
        "handbook",
        files={"index.md": "# Handbook\n"},
        turns=(
            Turn(
                "Write a page on expenses instead of the old wiki entry, and link it.",
                (
                    Run("ls"),
                    Look("index.md"),
                    Write("expenses.md", "# Expenses\n\nKeep the receipts.\n"),
                    Change("index.md", "# Handbook", "# Handbook\n\n- [Expenses](expenses.md)"),
                    Look("index.md"),
                ),
                "Linked.",
            ),
            Turn("Lovely! Don't hurry with the rest, I use the wiki until Friday.", (), "All right."),
        ),
    ),
    Session(
        "waited",
        "codex",
        "infra",
        files={"README.md": "# Infra\n"},
        commands={"ci": _JOB},
        turns=(
            Turn(
                "tell me when run 881 is through",
                (Run("ci status 881"), Run("ci status 881"), Run("ci status 881"), Run("ci status 881")),
                "It succeeded.",
            ),
        ),
    ),
    Session(
        "looked-around",
        "claude",
        "bill",
        files={
            "cmd/bill/main.go": "package main\n",
            "internal/tax/tax.go": "package tax\n",
            "go.mod": "module bill\n",
        },
        turns=(
            Turn(
                "What is in this repository?",
                (
                    Together(("ls", "cat go.mod", "find . -name '*.go'")),
                    Look("cmd/bill/main.go"),
                    Look("internal/tax/tax.go"),
                    Run("ls vendor 2>/dev/null || true"),
                ),
                "A command and a tax package.",
            ),
        ),
    ),
    Session(
        "thanked",
        "gemini",
        "numbers",
        files={"prime.py": _PRIME},
        turns=(
            Turn("Explain prime.py", (Look("prime.py"),), "It tries all divisors."),
            Turn("ok, that is not what I expected, but it is fine. Thanks!", (), "Gladly."),
        ),
    ),
    Session(
        "counted",
        "qwen",
        "numbers",
        files={"prime.py": _PRIME, "check.py": _CHECK},
        turns=(
            Turn(
                "How long are the files?",
                (Run("wc -l prime.py check.py"), Run("grep -n sieve prime.py")),
                "7 lines.",
            ),
        ),
    ),
    Session(
        "optional-file",
        "codex",
        "storefront",
        files={"package.json": '{"name": "storefront"}\n', ".env.example": "API_URL=\n"},
        turns=(
            Turn(
                "which environment variables does the app read?",
                (
                    Run("ls .env.local"),
                    Run("cat .env.example"),
                    Run("rg -n 'process.env' . || true"),
                ),
                "Only API_URL; there is no .env.local.",
            ),
        ),
    ),
)
