"""Sessions in which a command is missing, lacks a flag, or is not the one that runs the tests."""

from tests.learning.session import Change, Expected, Look, Run, Session, Turn

_MANAGE = "import sys\nprint('System check identified no issues (0 silenced).' if 'check' in sys.argv else 'ok')\n"
_ORDERS = "def total(prices):\n    return sum(prices)\n"
_TEST = "from orders import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
_PYTEST = '[ "$1 $2" = "-m pytest" ] && { echo "1 passed in 0.01s"; exit 0; }; exec /usr/bin/python3 "$@"'
_PACKAGE = '{"name": "web", "private": true, "scripts": {"build": "tsc -p .", "test:unit": "vitest run"}}\n'
_NPM_TEST = """case "$*" in
"run test:unit") printf '\\n> web@ test:unit\\n> vitest run\\n\\n'
  printf ' Test Files  4 passed (4)\\n      Tests  31 passed (31)\\n' ;;
test*) echo 'npm error Missing script: "test"' >&2
  printf 'npm error\\nnpm error To see a list of scripts, run:\\nnpm error   npm run\\n' >&2; exit 1 ;;
*) echo "up to date in 301ms" ;;
esac"""
_DOCKER = """[ "$1" = compose ] && {
  echo " Container infra-db-1  Started"; echo " Container infra-api-1  Started"; exit 0; }
echo "unknown command" >&2; exit 1"""
_UV = """[ "$1 $2" = "run mkdocs" ] && { echo "INFO    -  Cleaning site directory"
  echo "INFO    -  Documentation built in 0.84 seconds"; exit 0; }
echo "error: unrecognized subcommand" >&2; exit 2"""
_PNPM = """echo "> web@ $*"; [ "$1" = install ] && echo "Done in 1.2s"; echo "dist/index.js  41.2 kB"; exit 0"""
_MAKEFILE = "test:\n\t@echo '.....'; echo 'Ran 5 tests in 0.012s'; echo; echo OK\n"
_REMOTE = """git init -q --bare ../shop.git && git init -q . && git add -A && git commit -qm start
git remote add origin ../shop.git && git push -q -u origin main && git checkout -qb feature/tax"""
_RELEASE = """for a in "$@"; do [ "$a" = --yes ] && { echo "released 2.4.0 to $1"; exit 0; }; done
echo "release: refusing to ask on a terminal that is not there; pass --yes" >&2; exit 2"""

COMMANDS = (
    Session(
        "python3",
        "claude",
        "shop",
        zsh=True,
        files={"manage.py": _MANAGE},
        turns=(
            Turn(
                "Check the Django project for problems.",
                (Run("python manage.py check"), Run("python3 manage.py check")),
                "No problems were found.",
            ),
        ),
        expected=(Expected("missing-command", ("python3",)),),
    ),
    Session(
        "python3-again",
        "codex",
        "shop",
        files={"orders.py": _ORDERS},
        turns=(
            Turn(
                "What does total([1, 2]) give?",
                (
                    Look("orders.py"),
                    Run("python -c 'from orders import total; print(total([1, 2]))'"),
                    Run("python3 -c 'from orders import total; print(total([1, 2]))'"),
                ),
                "It gives 3.",
            ),
        ),
        expected=(Expected("missing-command", ("python3",)),),
    ),
    Session(
        "pytest-module",
        "claude",
        "shop",
        files={"orders.py": _ORDERS, "test_orders.py": _TEST},
        commands={"python3": _PYTEST},
        turns=(
            Turn(
                "Please run the order tests",
                (Run("pytest test_orders.py -q"), Run("ls"), Run("python3 -m pytest test_orders.py -q")),
                "One test, and it passes.",
            ),
        ),
        expected=(Expected("missing-command", ("python3 -m pytest",), also=("test-command",)),),
    ),
    Session(
        "pnpm",
        "codex",
        "web",
        files={"package.json": _PACKAGE, "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"},
        commands={"pnpm": _PNPM},
        turns=(
            Turn(
                "build the front end", (Run("npm run build"), Run("ls"), Run("pnpm run build")), "It is in dist/."
            ),
        ),
        expected=(Expected("missing-command", ("pnpm",)),),
    ),
    Session(
        "mkdocs",
        "gemini",
        "handbook",
        files={"mkdocs.yml": "site_name: Handbook\n", "docs/index.md": "# Hello\n"},
        commands={"uv": _UV},
        turns=(
            Turn("Build the documentation site", (Run("mkdocs build"), Run("uv run mkdocs build")), "It builds."),
        ),
        expected=(Expected("missing-command", ("uv run mkdocs",)),),
    ),
    Session(
        "docker-compose",
        "opencode",
        "infra",
        files={"compose.yaml": "services: {}\n"},
        commands={"docker": _DOCKER},
        turns=(
            Turn(
                "Start the database and the API.",
                (Run("docker-compose up -d"), Run("docker compose up -d")),
                "Both are up.",
            ),
        ),
        expected=(Expected("missing-command", ("docker compose",)),),
    ),
    Session(
        "rm-folder",
        "claude",
        "web",
        files={"dist/index.js": "0\n", "package.json": _PACKAGE},
        turns=(Turn("Remove the old build output", (Run("rm dist"), Run("rm -r dist")), "Removed."),),
        expected=(Expected("missing-flag", ("-r",)),),
    ),
    Session(
        "push-upstream",
        "codex",
        "shop",
        files={"orders.py": _ORDERS},
        setup=_REMOTE,
        turns=(
            Turn(
                "Return 0 for no prices and push the branch",
                (
                    Change("orders.py", "    return sum(prices)", "    return sum(prices or [0])"),
                    Run("git commit -qam 'Total of nothing is 0'"),
                    Run("git push"),
                    Run("git push --set-upstream origin feature/tax"),
                ),
                "Pushed.",
            ),
        ),
        expected=(Expected("missing-flag", ("--set-upstream",)),),
    ),
    Session(
        "release-yes",
        "qwen",
        "shop",
        commands={"release": _RELEASE},
        files={"VERSION": "2.4.0\n"},
        turns=(
            Turn(
                "Release the version in VERSION to staging",
                (Look("VERSION"), Run("release staging"), Run("release staging --yes")),
                "Released.",
            ),
        ),
        expected=(Expected("missing-flag", ("--yes",)),),
    ),
    Session(
        "npm-test",
        "claude",
        "web",
        files={"package.json": _PACKAGE},
        commands={"npm": _NPM_TEST},
        turns=(
            Turn(
                "Run the unit tests.",
                (Run("npm test"), Look("package.json"), Run("npm run test:unit")),
                "All 31 pass.",
            ),
        ),
        expected=(Expected("test-command", ("npm run test:unit",)),),
    ),
    Session(
        "make-test",
        "codex",
        "shop",
        files={"Makefile": _MAKEFILE, "orders.py": _ORDERS},
        commands={"python3": 'echo; echo "Ran 0 tests in 0.000s"; echo; echo "NO TESTS RAN"; exit 5'},
        turns=(
            Turn(
                "do the tests still pass?",
                (Run("python3 -m unittest"), Run("cat Makefile"), Run("make test")),
                "Yes, 5 tests pass.",
            ),
        ),
        expected=(Expected("test-command", ("make test",)),),
    ),
)
