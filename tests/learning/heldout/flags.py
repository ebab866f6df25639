"""Sessions in which a command lacked a flag, or was not the one that runs the tests."""

from tests.learning.session import Expected, Look, Run, Session, Together, Turn

_ERESOLVE = """case "$*" in
*--legacy-peer-deps*) echo "added 812 packages in 14s" ;;
*) echo "npm error code ERESOLVE" >&2
  echo "npm error ERESOLVE unable to resolve dependency tree" >&2
  echo "npm error Fix the upstream dependency conflict, or retry" >&2
  echo "npm error this command with --force or --legacy-peer-deps" >&2; exit 1 ;;
esac"""
_PROFILE = """case "$*" in
*"--profile dev"*) echo " Container relay-mailhog-1  Started"; echo " Container relay-web-1  Started" ;;
*) echo "no service selected" >&2; exit 1 ;;
esac"""
_PSQL = """case "$*" in
*-h\\ localhost*) printf ' version\\n---------\\n 17.4\\n(1 row)\\n' ;;
*) printf 'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: ' >&2
  echo "No such file or directory" >&2
  printf '\\tIs the server running locally and accepting connections on that socket?\\n' >&2; exit 2 ;;
esac"""
_FEATURES = """case "$*" in
*--features*) echo "     Running \\`target/debug/importer --help\\`"; echo "Usage: importer <FILE>" ;;
*) echo "error: target \\`importer\\` in package \\`ingest\\` requires the features: \\`cli\\`" >&2
  echo 'Consider enabling them by passing, e.g., `--features="cli"`' >&2; exit 101 ;;
esac"""
_TAGS = """case "$*" in
*-tags=integration*) echo "ok  	example.org/fleet/e2e	2.112s" ;;
*) echo "package example.org/fleet/e2e: build constraints exclude all Go files in $PWD/e2e" >&2; exit 1 ;;
esac"""
_MANAGED = """case "$*" in
*"-m venv"*) mkdir -p .venv/bin
  printf '#!/bin/bash\\necho "Successfully installed rich-14.0.0"\\n' > .venv/bin/pip
  chmod +x .venv/bin/pip ;;
*) echo "error: externally-managed-environment" >&2; echo >&2
  echo "This environment is externally managed" >&2
  echo "To install Python packages system-wide, try apt install python3-xyz." >&2; exit 1 ;;
esac"""
_MVN = """case "$*" in
*-Pit*) echo "[INFO] Tests run: 14, Failures: 0, Errors: 0, Skipped: 0"; echo "[INFO] BUILD SUCCESS" ;;
*) echo "[INFO] No tests to run."; echo "[INFO] BUILD SUCCESS" ;;
esac"""
_TOX_INI = "[tox]\nenvlist = py312, lint\n\n[testenv]\ndeps = pytest\ncommands = pytest {posargs}\n"
_TOX = """echo "py312: commands[0]> pytest"; echo "41 passed in 3.20s"
echo "  py312: OK (4.81=setup[1.1]+cmd[3.7] seconds)"; echo "  congratulations :)" """
_PYTEST_BARE = """echo "ImportError while loading conftest '$PWD/tests/conftest.py'." >&2
echo "E   ModuleNotFoundError: No module named 'freezegun'" >&2; exit 4"""
_NOX = """echo "nox > Running session $2"; echo "nox > pytest"; echo "88 passed in 9.02s"
echo "nox > Session $2 was successful." """
_NOXFILE = "import nox\n\n\n@nox.session\ndef tests(session):\n    session.run('pytest')\n"
_CTEST = """case "$*" in
*--test-dir*) echo "100% tests passed, 0 tests failed out of 9"; echo "Total Test time (real) =   0.21 sec" ;;
*) echo "*********************************" ; echo "No test configuration file found!"
  echo "*********************************"; echo "Usage"; echo "  ctest [options]" ;;
esac"""
_RAILS = """#!/bin/bash
echo "Running 4 tests in a single process"; echo "4 runs, 9 assertions, 0 failures, 0 errors, 0 skips"
"""
_RUBY = """echo "<internal:require>:136:in 'Kernel#require': cannot load such file -- test_helper (LoadError)" >&2
exit 1"""
_PNPM = """case "$*" in
*--filter*) echo "> @acme/cart@0.4.0 test"; echo " Test Files  7 passed (7)"; echo "      Tests  52 passed (52)" ;;
*) echo " ERR_PNPM_NO_SCRIPT  Missing script: test"; exit 1 ;;
esac"""
_GO_BARE = """
echo "go: go.mod file not found in current directory or any parent directory; see go help modules" >&2
exit 1"""
_BAZEL = """echo "INFO: Analyzed 31 targets."; echo "//ledger:ledger_test                 PASSED in 0.4s"
echo "Executed 12 out of 12 tests: 12 tests pass." """
_HELM = """case "$*" in
*-f\\ *) echo "---"; echo "kind: Deployment"; echo "metadata: {name: search}" ;;
*) echo "Error: execution error at (search/templates/deploy.yaml:9:20): image.tag is required" >&2; exit 1 ;;
esac"""
_SIGN_OFF = """printf '#!/bin/bash\\ngrep -q "^Signed-off-by:" "$1" || {
  echo "DCO: every commit needs a Signed-off-by line (git commit -s)" >&2; exit 1; }\\n' > .git/hooks/commit-msg
chmod +x .git/hooks/commit-msg"""

FLAGS = (
    Session(
        "peer-deps",
        "codex",
        "backoffice",
        files={"package.json": '{"dependencies": {"react": "19"}}\n'},
        commands={"npm": _ERESOLVE},
        turns=(
            Turn(
                "install everything", (Run("npm install"), Run("npm install --legacy-peer-deps")), "812 packages."
            ),
        ),
        expected=(Expected("missing-flag", ("--legacy-peer-deps",)),),
    ),
    Session(
        "compose-profile",
        "claude",
        "mail-relay",
        files={"compose.yaml": "services:\n  web:\n    profiles: [dev]\n"},
        commands={"docker": _PROFILE},
        turns=(
            Turn(
                "bring up the local stack",
                (Run("docker compose up -d"), Look("compose.yaml"), Run("docker compose --profile dev up -d")),
                "web and mailhog are up.",
            ),
        ),
        expected=(Expected("missing-flag", ("--profile dev",)),),
    ),
    Session(
        "psql-host",
        "gemini",
        "ledgerdb",
        files={"README.md": "# Ledger\n"},
        commands={"psql": _PSQL},
        turns=(
            Turn(
                "Which Postgres do we run?",
                (
                    Run("psql -U app -c 'show server_version'"),
                    Run("psql -h localhost -U app -c 'show server_version'"),
                ),
                "17.4.",
            ),
        ),
        expected=(Expected("missing-flag", ("-h localhost",)),),
    ),
    Session(
        "cargo-features",
        "qwen",
        "ingest",
        files={"Cargo.toml": '[package]\nname = "ingest"\n\n[features]\ncli = []\n'},
        commands={"cargo": _FEATURES},
        turns=(
            Turn(
                "What options does the importer take?",
                (
                    Run("cargo run --bin importer -- --help"),
                    Run("cargo run --features cli --bin importer -- --help"),
                ),
                "Only a file.",
            ),
        ),
        expected=(Expected("missing-flag", ("--features",)),),
    ),
    Session(
        "go-tags",
        "claude",
        "fleet",
        files={"go.mod": "module example.org/fleet\n", "e2e/e2e_test.go": "//go:build integration\n"},
        commands={"go": _TAGS},
        turns=(
            Turn(
                "run the end-to-end tests",
                (
                    Run("go test ./e2e/..."),
                    Run("head -3 e2e/e2e_test.go"),
                    Run("go test -tags=integration ./e2e/..."),
                ),
                "They pass.",
            ),
        ),
        expected=(Expected("missing-flag", ("-tags=integration",), also=("test-command",)),),
    ),
    Session(
        "managed-python",
        "codex",
        "scripts",
        files={"report.py": "import rich\n"},
        commands={"pip": _MANAGED, "python3": _MANAGED},
        turns=(
            Turn(
                "report.py needs rich",
                (
                    Run("pip install rich"),
                    Run("python3 -m venv .venv"),
                    Run(".venv/bin/pip install rich"),
                ),
                "It is in .venv.",
            ),
        ),
        expected=(Expected("missing-command", (".venv",), also=("missing-flag", "denied", "wrong-path")),),
    ),
    Session(
        "maven-profile",
        "opencode",
        "billing-java",
        files={"pom.xml": "<project><profiles><profile><id>it</id></profile></profiles></project>\n"},
        commands={"mvn": _MVN},
        turns=(
            Turn(
                "do the integration tests pass?",
                (Run("mvn -B test"), Look("pom.xml"), Run("mvn -B -Pit verify")),
                "14 of 14.",
            ),
        ),
        expected=(Expected("test-command", ("-Pit",), also=("missing-flag",)),),
    ),
    Session(
        "tox",
        "claude",
        "invoicer",
        files={"tox.ini": _TOX_INI, "tests/conftest.py": "import freezegun\n"},
        commands={"tox": _TOX, "pytest": _PYTEST_BARE},
        turns=(
            Turn(
                "Please run the tests for me.",
                (Run("pytest"), Together(("ls", "cat tox.ini")), Run("tox -e py312")),
                "41 passed.",
            ),
        ),
        expected=(Expected("test-command", ("tox",), also=("missing-command",)),),
    ),
    Session(
        "nox",
        "codex",
        "geocoder",
        files={"noxfile.py": _NOXFILE},
        commands={"nox": _NOX},
        turns=(
            Turn(
                "are we green?",
                (Run("python3 -m pytest -q"), Run("cat noxfile.py"), Run("nox -s tests")),
                "88 passed.",
            ),
        ),
        expected=(Expected("test-command", ("nox -s tests",), also=("missing-command",)),),
    ),
    Session(
        "ctest-folder",
        "copilot",
        "firmware",
        files={"CMakeLists.txt": "project(firmware C)\nenable_testing()\n", "build/CTestTestfile.cmake": "\n"},
        commands={"ctest": _CTEST},
        turns=(
            Turn(
                "run the unit tests of the bootloader",
                (Run("ctest"), Run("ls build"), Run("ctest --test-dir build")),
                "9 of 9 pass.",
            ),
        ),
        expected=(Expected("test-command", ("--test-dir build",), also=("missing-flag",)),),
    ),
    Session(
        "rails-test",
        "gemini",
        "helpdesk",
        files={"bin/rails": _RAILS, "test/models/ticket_test.rb": 'require "test_helper"\n'},
        setup="chmod +x bin/rails",
        commands={"ruby": _RUBY},
        turns=(
            Turn(
                "Lance les tests du modèle Ticket",
                (
                    Run("ruby -Itest test/models/ticket_test.rb"),
                    Run("ls bin"),
                    Run("bin/rails test test/models/ticket_test.rb"),
                ),
                "Tout passe.",
            ),
        ),
        expected=(Expected("test-command", ("bin/rails test",), also=("missing-command",)),),
    ),
    Session(
        "pnpm-filter",
        "claude",
        "shop-mono",
        files={"pnpm-workspace.yaml": "packages: ['packages/*']\n", "packages/cart/package.json": "{}\n"},
        commands={"pnpm": _PNPM},
        turns=(
            Turn(
                "test the cart package",
                (Run("pnpm test"), Run("ls packages"), Run("pnpm --filter @acme/cart test")),
                "52 pass.",
            ),
        ),
        expected=(Expected("test-command", ("--filter",), also=("missing-flag",)),),
    ),
    Session(
        "bazel",
        "codex",
        "mono",
        files={"MODULE.bazel": 'module(name = "mono")\n', "ledger/ledger_test.go": "package ledger\n"},
        commands={"go": _GO_BARE, "bazel": _BAZEL},
        turns=(
            Turn(
                "do the ledger tests pass on this branch?",
                (Run("go test ./ledger/..."), Run("ls -a"), Run("bazel test //ledger/...")),
                "Yes, twelve.",
            ),
        ),
        expected=(Expected("test-command", ("bazel test",), also=("missing-command",)),),
    ),
    Session(
        "helm-values",
        "opencode",
        "search",
        files={"values/dev.yaml": "image: {tag: dev}\n", "Chart.yaml": "name: search\n"},
        commands={"helm": _HELM},
        turns=(
            Turn(
                "render the chart, I want to see the deployment",
                (Run("helm template ."), Run("ls values"), Run("helm template . -f values/dev.yaml")),
                "One Deployment called search.",
            ),
        ),
        expected=(Expected("missing-flag", ("-f values/dev.yaml",)),),
    ),
    Session(
        "sign-off",
        "qwen",
        "kernel-notes",
        files={"notes.md": "# Notes\n"},
        setup=f"git init -q . && git add -A && git commit -qm start\n{_SIGN_OFF}\necho more >> notes.md",
        turns=(
            Turn(
                "commit my notes",
                (Run("git commit -qam 'More notes'"), Run("git commit -s -qam 'More notes'")),
                "Committed, signed off.",
            ),
        ),
        expected=(Expected("missing-flag", ("commit -s",), also=("denied",)),),
    ),
)
