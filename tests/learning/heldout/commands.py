"""Sessions in which a command or a subcommand is not there, and another one did it."""

import json

from tests.learning.session import Expected, Look, Run, Session, Turn

_UV = """[ "$1 $2" = "run ruff" ] && { echo "All checks passed!"; exit 0; }
echo "error: unrecognized subcommand '$1'" >&2; exit 2"""
_POETRY = """[ "$1 $2" = "run alembic" ] && {
  echo "INFO  [alembic.runtime.migration] Running upgrade 3f1c -> 9ab2, add currency"; exit 0; }
echo "The requested command $1 does not exist." >&2; exit 1"""
_MISE = """case "$1" in
exec) echo "0 issues." ;;
ls) echo "go             1.24.1"; echo "golangci-lint  2.1.6" ;;
*) echo "mise ERROR unrecognized subcommand '$1'" >&2; exit 2 ;;
esac"""
_GRADLEW = """#!/bin/bash
echo "> Task :claims-core:compileJava"
echo "> Task :claims-core:test"
echo
echo "BUILD SUCCESSFUL in 6s"
"""
_FDFIND = 'find . -name "*.zsh" | sort'
_BUNDLE = """[ "$1 $2" = "exec rspec" ] && { echo "......"; echo; echo "Finished in 0.31 seconds"
  echo "6 examples, 0 failures"; exit 0; }
echo "Could not find command \\"$1\\"." >&2; exit 15"""
_PIP = """[ "$1 $2" = "-m pip" ] && { echo "Collecting httpx==0.28.1"
  echo "Successfully installed httpx-0.28.1"; exit 0; }
exec /usr/bin/python3 "$@" """
_JUSTFILE = "release-notes:\n    git log --format=%s\n\npublish:\n    ./publish.sh\n"
_JUST = """[ "$1" = release-notes ] && { echo "- Faster start"; echo "- No more blank pages"; exit 0; }
echo "error: Justfile does not contain recipe \\`$1\\`" >&2; exit 1"""
_OC = 'printf "NAME       READY   STATUS    RESTARTS\\nbiller-0   1/1     Running   3\\n"'
_DOCKER_DB = """[ "$1 $2 $3" = "compose exec -T" ] && { printf ' count\\n-------\\n  1204\\n(1 row)\\n'; exit 0; }
echo "docker: unknown command: docker $1" >&2; exit 1"""
_NPX = """[ "$1" = tsc ] && {
  echo "src/cart.ts(4,9): error TS2322: Type 'string' is not assignable to type 'number'."
  exit 2; }
exit 0"""
_HATCH = """[ "$1 $2" = "run types:check" ] && { echo "Success: no issues found in 14 source files"; exit 0; }
echo "Usage: hatch [OPTIONS] COMMAND [ARGS]..." >&2; exit 2"""
_PYPROJECT = """[project]
name = "ml-lab"

[tool.hatch.envs.types]
extra-dependencies = ["mypy"]

[tool.hatch.envs.types.scripts]
check = "mypy --install-types --non-interactive {args:src}"
"""
_CARGO = """case "$1" in
test) echo "running 22 tests"; echo "......................"
  echo "test result: ok. 22 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.04s" ;;
build) echo "    Finished \\`dev\\` profile [unoptimized + debuginfo] target(s) in 0.41s" ;;
*) printf 'error: no such command: `%s`\\n\\n' "$1" >&2
  echo "help: view all installed commands with \\`cargo --list\\`" >&2; exit 101 ;;
esac"""
_DOCKER_OLD = """case "$1" in
build) echo "Successfully built 5c1fa91be2aa"; echo "Successfully tagged scheduler:dev" ;;
*) printf "docker: '%s' is not a docker command.\\nSee 'docker --help'\\n" "$1" >&2; exit 1 ;;
esac"""
_SCRIPTS = {"name": "storefront", "scripts": {"dev": "vite", "build": "vite build", "typecheck": "tsc --noEmit"}}
_NPM = """case "$1 $2" in
"run dev") echo "  VITE v6.2.0  ready in 311 ms"; echo "  Local:   http://localhost:5173/" ;;
"run ") printf 'Scripts available in storefront via `npm run`:\\n  dev\\n    vite\\n  build\\n    vite build\\n' ;;
*) echo "npm error Missing script: \\"$2\\"" >&2; echo "npm error" >&2
  echo "npm error To see a list of scripts, run:" >&2; echo "npm error   npm run" >&2; exit 1 ;;
esac"""
_GLAB = """echo "open - Retry the import when the bucket is busy !212"
echo "Author: mira"; echo "Approvals: 1 of 2" """

COMMANDS = (
    Session(
        "ruff-in-uv",
        "claude",
        "payments-api",
        files={"pyproject.toml": '[project]\nname = "payments-api"\n', "payments/app.py": "x = 1\n"},
        commands={"uv": _UV},
        turns=(
            Turn(
                "lint the package and tell me if anything is off",
                (Run("ruff check payments"), Run("ls -a"), Run("uv run ruff check payments")),
                "All checks pass.",
            ),
        ),
        expected=(Expected("missing-command", ("uv run ruff",)),),
    ),
    Session(
        "alembic-in-poetry",
        "codex",
        "quotes",
        files={"alembic.ini": "[alembic]\n", "poetry.lock": "\n", "pyproject.toml": "[tool.poetry]\n"},
        commands={"poetry": _POETRY},
        turns=(
            Turn(
                "apply the pending migration to the dev database",
                (
                    Run("alembic upgrade head"),
                    Run("ls"),
                    Run("poetry run alembic upgrade head"),
                ),
                "9ab2 is applied.",
            ),
        ),
        expected=(Expected("missing-command", ("poetry run alembic",)),),
    ),
    Session(
        "linter-in-mise",
        "gemini",
        "fleet",
        files={"go.mod": "module example.org/fleet\n", ".mise.toml": '[tools]\ngo = "1.24"\n'},
        commands={"mise": _MISE},
        turns=(
            Turn(
                "Does golangci-lint complain about my last change?",
                (
                    Run("golangci-lint run ./..."),
                    Run("mise ls"),
                    Run("mise exec -- golangci-lint run ./..."),
                ),
                "It has nothing to say.",
            ),
        ),
        expected=(Expected("missing-command", ("mise exec",)),),
    ),
    Session(
        "wrapper-script",
        "opencode",
        "claims",
        files={"gradlew": _GRADLEW, "settings.gradle.kts": 'rootProject.name = "claims"\n'},
        setup="chmod +x gradlew",
        turns=(
            Turn(
                "build the whole thing once, I switched JDKs",
                (Run("gradle build"), Run("ls"), Run("./gradlew build")),
                "BUILD SUCCESSFUL.",
            ),
        ),
        expected=(Expected("missing-command", ("./gradlew",)),),
    ),
    Session(
        "fd-by-debian",
        "claude",
        "dotfiles",
        zsh=True,
        files={"zsh/aliases.zsh": "alias g=git\n", "zsh/prompt.zsh": "PS1='> '\n"},
        commands={"fdfind": _FDFIND},
        turns=(
            Turn(
                "list every zsh file here please",
                (Run("fd -e zsh"), Run("fdfind -e zsh")),
                "aliases.zsh and prompt.zsh.",
            ),
        ),
        expected=(Expected("missing-command", ("fdfind",)),),
    ),
    Session(
        "rspec-in-bundle",
        "qwen",
        "helpdesk",
        files={"Gemfile": "gem 'rspec'\n", "spec/ticket_spec.rb": "RSpec.describe('Ticket') {}\n"},
        commands={"bundle": _BUNDLE},
        turns=(
            Turn(
                "Laufen die Ticket-Specs noch durch?",
                (Run("rspec spec/ticket_spec.rb"), Run("bundle exec rspec spec/ticket_spec.rb")),
                "Ja, alle sechs.",
            ),
        ),
        expected=(Expected("missing-command", ("bundle exec rspec",), also=("test-command",)),),
    ),
    Session(
        "pip-as-module",
        "codex",
        "scout",
        files={"requirements.txt": "httpx==0.28.1\n"},
        commands={"python3": _PIP},
        turns=(
            Turn(
                "httpx isn't installed yet, get it from requirements.txt",
                (
                    Run("cat requirements.txt"),
                    Run("pip install -r requirements.txt"),
                    Run("python3 -m pip install -r requirements.txt"),
                ),
                "httpx 0.28.1 is there.",
            ),
        ),
        expected=(Expected("missing-command", ("python3 -m pip",)),),
    ),
    Session(
        "just-not-make",
        "copilot",
        "press",
        files={"justfile": _JUSTFILE, "publish.sh": "exit 0\n"},
        commands={"just": _JUST},
        turns=(
            Turn(
                "Draft the release notes with the target we have for that",
                (Run("make release-notes"), Look("justfile"), Run("just release-notes")),
                "Two entries.",
            ),
        ),
        expected=(
            Expected("missing-command", ("just release-notes",), also=("missing-subcommand", "test-command")),
        ),
    ),
    Session(
        "openshift",
        "claude",
        "platform",
        files={"clusters.md": "# Clusters\n\nAll on OpenShift.\n"},
        commands={"oc": _OC},
        turns=(
            Turn(
                "why does biller restart? have a look at its pods in the billing namespace",
                (Run("kubectl get pods -n billing"), Look("clusters.md"), Run("oc get pods -n billing")),
                "Three restarts so far.",
            ),
        ),
        expected=(Expected("missing-command", ("kubectl", "oc")),),
    ),
    Session(
        "psql-in-container",
        "codex",
        "lakehouse",
        files={"compose.yaml": "services:\n  db:\n    image: postgres:17\n"},
        commands={"docker": _DOCKER_DB},
        turns=(
            Turn(
                "How many rows does raw.orders have right now?",
                (
                    Run("psql -U app -c 'select count(*) from raw.orders'"),
                    Run("cat compose.yaml"),
                    Run("docker compose exec -T db psql -U app -c 'select count(*) from raw.orders'"),
                ),
                "1204.",
            ),
        ),
        expected=(Expected("missing-command", ("docker compose exec",)),),
    ),
    Session(
        "tsc-by-npx",
        "opencode",
        "storefront",
        files={"src/cart.ts": "let n: number\n\n\nn = 'one'\n", "tsconfig.json": "{}\n"},
        commands={"npx": _NPX},
        turns=(
            Turn(
                "what are the type errors in cart.ts?",
                (Run("tsc --noEmit"), Run("npx tsc --noEmit"), Look("src/cart.ts")),
                "A string is assigned to a number in line 4.",
            ),
        ),
        expected=(Expected("missing-command", ("npx tsc",)),),
    ),
    Session(
        "mypy-in-hatch",
        "gemini",
        "ml-lab",
        files={"pyproject.toml": _PYPROJECT, "src/lab/__init__.py": ""},
        commands={"hatch": _HATCH},
        turns=(
            Turn(
                "Check the types.",
                (Run("mypy src"), Look("pyproject.toml"), Run("hatch run types:check")),
                "No issues in 14 files.",
            ),
        ),
        expected=(Expected("missing-command", ("hatch run types:check",)),),
    ),
    Session(
        "no-nextest",
        "claude",
        "ingest",
        files={"Cargo.toml": '[package]\nname = "ingest"\n', "src/lib.rs": "pub mod csv;\n"},
        commands={"cargo": _CARGO},
        turns=(
            Turn(
                "run the test suite before I open the PR",
                (Run("cargo nextest run"), Run("cargo test")),
                "22 tests pass.",
            ),
        ),
        expected=(Expected("missing-command", ("cargo test",), also=("test-command", "missing-subcommand")),),
    ),
    Session(
        "no-buildx",
        "qwen",
        "scheduler",
        files={"Dockerfile": "FROM debian:12-slim\n"},
        commands={"docker": _DOCKER_OLD},
        turns=(
            Turn(
                "build me a dev image of the scheduler",
                (Run("docker buildx build -t scheduler:dev ."), Run("docker build -t scheduler:dev .")),
                "scheduler:dev is built.",
            ),
        ),
        expected=(Expected("missing-command", ("docker build -t",), also=("missing-subcommand",)),),
    ),
    Session(
        "script-name",
        "codex",
        "storefront",
        files={"package.json": json.dumps(_SCRIPTS, indent=2)},
        commands={"npm": _NPM},
        turns=(
            Turn(
                "start the dev server so that I can see the header",
                (Run("npm run start"), Run("npm run"), Run("npm run dev")),
                "It listens on 5173.",
            ),
        ),
        expected=(Expected("missing-command", ("npm run dev",), also=("missing-subcommand", "test-command")),),
    ),
    Session(
        "gitlab",
        "opencode",
        "ingest",
        files={"README.md": "# Ingest\n"},
        commands={"glab": _GLAB},
        turns=(
            Turn(
                "has anybody approved 212 yet?",
                (Run("gh pr view 212"), Run("glab mr view 212")),
                "One of two.",
            ),
        ),
        expected=(Expected("missing-command", ("glab",)),),
    ),
)
