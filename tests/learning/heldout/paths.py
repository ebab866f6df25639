"""Sessions in which a path was wrong, or the folder that a command ran in."""

from tests.learning.session import Expected, Look, Run, Session, Turn

_CONFIG = "RETRIES = 4\nTIMEOUT_SECONDS = 12\n"
_WORKER = "package queue\n\nfunc Work(n int) {\n\tfor range n {\n\t}\n}\n"
_MIGRATION = "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  email text NOT NULL\n);\n"
_TICKET = "class Ticket < ApplicationRecord\n  belongs_to :customer\nend\n"
_NPM = """[ -f package.json ] && { echo "> admin@ test"; echo "Tests: 19 passed, 19 total"; exit 0; }
echo "npm error code ENOENT" >&2; echo "npm error syscall open" >&2
echo "npm error enoent Could not read package.json: Error: ENOENT: no such file or directory" >&2; exit 254"""
_CARGO = """[ -f Cargo.toml ] && { echo "    Finished \\`dev\\` profile target(s) in 0.61s"; exit 0; }
echo "error: could not find \\`Cargo.toml\\` in \\`$PWD\\` or any parent directory" >&2; exit 101"""
_TERRAFORM = """case "$*" in
-chdir=*) echo "No changes. Your infrastructure matches the configuration." ;;
*) echo "Error: No configuration files" >&2; echo >&2
  echo "Plan requires configuration to be present. Planning without a configuration would" >&2
  echo "mark everything for destruction, which is normally not what is desired." >&2; exit 1 ;;
esac"""
_YARN = 'echo "warning  apps/web-client/src/nav.js  unused variable"; echo "1 problem (0 errors, 1 warning)"'
_SEED = "print('seeded 40 users')\n"
_DEPLOY = '#!/bin/bash\necho "rolled out to $1"\n'
_SCHEMA = '{"type": "object", "required": ["sku", "count"]}\n'

PATHS = (
    Session(
        "settings-module",
        "claude",
        "payments-api",
        files={"payments/settings/base.py": _CONFIG, "payments/__init__.py": ""},
        turns=(
            Turn(
                "How often do we retry a charge?",
                (
                    Look("payments/settings.py"),
                    Run("find . -path '*settings*'"),
                    Look("payments/settings/base.py"),
                ),
                "Four times.",
            ),
        ),
        expected=(Expected("wrong-path", ("payments/settings/base.py",)),),
    ),
    Session(
        "compose-name",
        "codex",
        "mail-relay",
        files={"deploy/compose.prod.yaml": "services: {web: {image: relay}}\n", "README.md": "# Relay\n"},
        turns=(
            Turn(
                "which image does production use?",
                (
                    Run("cat docker-compose.prod.yml"),
                    Run("git ls-files 2>/dev/null || find . -type f"),
                    Run("find . -type f -name '*prod*'"),
                    Run("cat deploy/compose.prod.yaml"),
                ),
                "relay.",
            ),
        ),
        expected=(Expected("wrong-path", ("deploy/compose.prod.yaml",)),),
    ),
    Session(
        "queue-worker",
        "gemini",
        "fleet",
        files={"internal/queue/worker.go": _WORKER},
        turns=(
            Turn(
                "Explain the queue worker to me",
                (Look("pkg/queue/worker.go"), Run("find . -name worker.go"), Look("internal/queue/worker.go")),
                "It loops n times and does nothing.",
            ),
        ),
        expected=(Expected("wrong-path", ("internal/queue/worker.go",)),),
    ),
    Session(
        "migration-folder",
        "opencode",
        "helpdesk",
        files={"db/migrate/0007_users.sql": _MIGRATION},
        turns=(
            Turn(
                "may email be null in users?",
                (
                    Look("migrations/0007_users.sql"),
                    Run("find . -name '*users*'"),
                    Look("db/migrate/0007_users.sql"),
                ),
                "No.",
            ),
        ),
        expected=(Expected("wrong-path", ("db/migrate/0007_users.sql",)),),
    ),
    Session(
        "admin-folder",
        "codex",
        "shop-mono",
        files={"apps/admin/package.json": '{"name": "admin"}\n', "apps/web/package.json": "{}\n"},
        commands={"npm": _NPM},
        turns=(
            Turn(
                "run the tests of the admin app",
                (Run("npm test"), Run("ls apps"), Run("cd apps/admin && npm test")),
                "19 pass.",
            ),
        ),
        expected=(
            Expected(
                "wrong-path",
                ("apps/admin",),
                also=("wrong-folder", "test-command", "missing-command", "missing-flag"),
            ),
        ),
    ),
    Session(
        "crate-folder",
        "claude",
        "sensor-hub",
        files={"rust/Cargo.toml": '[package]\nname = "hub"\n', "web/index.html": "<p>Hub</p>\n"},
        commands={"cargo": _CARGO},
        turns=(
            Turn(
                "does the hub still compile?",
                (Run("cargo build"), Run("ls"), Run("cd rust && cargo build")),
                "It does.",
            ),
        ),
        expected=(
            Expected(
                "wrong-path", ("rust", "cargo build"), also=("wrong-folder", "missing-command", "missing-flag")
            ),
        ),
    ),
    Session(
        "chdir",
        "qwen",
        "platform",
        files={"envs/staging/main.tf": "terraform {}\n", "envs/prod/main.tf": "terraform {}\n"},
        commands={"terraform": _TERRAFORM},
        turns=(
            Turn(
                "Is there drift in staging?",
                (Run("terraform plan"), Run("ls envs"), Run("terraform -chdir=envs/staging plan")),
                "None.",
            ),
        ),
        expected=(
            Expected("wrong-path", ("envs/staging",), also=("wrong-folder", "missing-flag", "missing-command")),
        ),
    ),
    Session(
        "ticket-model",
        "copilot",
        "helpdesk",
        files={"app/models/ticket.rb": _TICKET},
        turns=(
            Turn(
                "what does a ticket belong to?",
                (Look("lib/ticket.rb"), Run("find . -name ticket.rb"), Look("app/models/ticket.rb")),
                "To a customer.",
            ),
        ),
        expected=(Expected("wrong-path", ("app/models/ticket.rb",)),),
    ),
    Session(
        "client-folder",
        "claude",
        "portal",
        files={"apps/web-client/package.json": "{}\n", "apps/api/go.mod": "module api\n"},
        commands={"yarn": _YARN},
        turns=(
            Turn(
                "lint the front end",
                (Run("cd frontend && yarn lint"), Run("ls . apps"), Run("cd apps/web-client && yarn lint")),
                "One warning, in nav.js.",
            ),
        ),
        expected=(Expected("wrong-path", ("apps/web-client",), also=("wrong-folder", "test-command")),),
    ),
    Session(
        "seed-script",
        "codex",
        "quotes",
        files={"tools/db/seed.py": _SEED, "pyproject.toml": "[tool.poetry]\n"},
        turns=(
            Turn(
                "fill the dev database with users",
                (Run("python3 scripts/seed.py"), Run("rg --files | rg seed"), Run("python3 tools/db/seed.py")),
                "40 users.",
            ),
        ),
        expected=(Expected("wrong-path", ("tools/db/seed.py",)),),
    ),
    Session(
        "deploy-script",
        "gemini",
        "press",
        files={"ops/deploy.sh": _DEPLOY},
        setup="chmod +x ops/deploy.sh",
        turns=(
            Turn(
                "roll the branch out to preview",
                (Run("./scripts/deploy.sh preview"), Run("ls ops"), Run("./ops/deploy.sh preview")),
                "Rolled out.",
            ),
        ),
        expected=(Expected("wrong-path", ("ops/deploy.sh",), also=("missing-command",)),),
    ),
    Session(
        "schema-twice",
        "claude",
        "stock-feed",
        files={"contracts/v3/stock.schema.json": _SCHEMA, "feed.py": "pass\n"},
        turns=(
            Turn(
                "Which fields of a stock message are required?",
                (
                    Run("cat schemas/stock.json"),
                    Look("schemas/stock.schema.json"),
                    Run("find . -name '*stock*'"),
                    Look("contracts/v3/stock.schema.json"),
                ),
                "sku and count.",
            ),
        ),
        expected=(Expected("wrong-path", ("contracts/v3/stock.schema.json",)),),
    ),
)
