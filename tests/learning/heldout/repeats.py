"""Sessions with loops, files read over and over, edits that do not fit, huge outputs, what was fetched back."""

from tests.learning.session import Change, Expected, Fetch, Look, Run, Session, Turn, lines

_BUNDLE = """echo "An error occurred while installing pg (1.5.9), and Bundler cannot continue." >&2
echo "Make sure that \\`gem install pg -v '1.5.9'\\` succeeds before bundling." >&2; exit 5"""
_E2E = """echo "> backoffice@ e2e"; echo "Error: page.goto: net::ERR_CONNECTION_REFUSED at http://localhost:4200/"
echo "1 failed"; exit 1"""
_GO = 'echo "internal/queue/worker.go:4:12: undefined: jobs" >&2; exit 1'
_DBT = """echo "Running with dbt=1.9.3"
echo "Database Error: password authentication failed for user \\"dbt\\"" ; exit 2"""
_SCHEMA = "".join(f"CREATE TABLE t{n} (id bigint PRIMARY KEY, note text);\n" for n in range(30))
_README = "# Edge proxy\n\n" + "".join(f"{n}. Turn valve {n} by hand.\n" for n in range(1, 60))
_RUBY = "class Mailer\n  def deliver\n    send_now\n  end\nend\n" * 15
_C = "static int clamp(int v) {\n\treturn v < 0 ? 0 : v;\n}\n"
_HS = "parseLine :: String -> Maybe Int\nparseLine s = readMaybe (trim s)\n"
_JAVA = (
    "final class Claim {\n    private final long cents;\n\n    long cents() {\n        return cents;\n    }\n}\n"
)
_YAML = "jobs:\n  build:\n    steps:\n      - run: make\n  test:\n    steps:\n      - run: make\n"
_CSS = ".price {\n\tcolor: #00f;\n\tfont-weight: 600;\n}\n"
_PLAN = lines(330, "      + module.bucket[%d].aws_s3_bucket.this will be created with versioning enabled")
_PYTEST = """case "$*" in
*-vv*) for n in $(seq 1 340); do
  echo "tests/test_geo.py::test_distance_between_two_cities[case-$n] PASSED"; done; echo "340 passed in 2.1s" ;;
*) echo "340 passed in 2.0s" ;;
esac"""
_CSV = "sku,warehouse,count,counted_at\n" + "".join(
    f"SKU-{n:05},W{n % 7},{n * 3 % 101},2026-02-{n % 28 + 1:02}\n" for n in range(500)
)
_LOGS = """n=400; [ "$3" = --tail ] && n=$4
seq 1 $n | while read n; do
  echo "web-1  | 2026-04-02T08:11:$((n % 60)) INFO handled GET /mailbox/$n in $((n % 31)) ms"; done"""
_KUBECTL = """case "$*" in
*"-o yaml"*) seq 1 170 | while read n; do
  printf -- '- metadata:\\n    name: worker-%d\\n    namespace: jobs\\n  spec:\\n' $n
  printf '    nodeName: node-%d\\n    serviceAccount: default\\n' $((n % 5)); done ;;
*) echo "pod/worker-1"; echo "pod/worker-2" ;;
esac"""
_ACCESS = """import hashlib
for n in range(260):
    mark = hashlib.sha256(f'a{n}'.encode()).hexdigest()[:16]
    at = f'03/Mar/2026:07:{n // 60:02}:{n % 60:02} +0000'
    print(f'10.0.{n % 9}.{n % 200} - - [{at}] "GET /img/{mark}.webp" 200 {n * 37}')
"""
_AUDIT = """import hashlib
for n in range(240):
    mark = hashlib.sha256(f'b{n}'.encode()).hexdigest()[:12]
    at = f'2026-01-09 22:{n // 60:02}:{n % 60:02}'
    print(f'{at} INFO audit: user {mark} read claim {n * 11} from office {n % 13}')
"""

REPEATS = (
    Session(
        "loop-bundle",
        "claude",
        "helpdesk",
        files={"Gemfile": "gem 'pg'\n"},
        commands={"bundle": _BUNDLE},
        turns=(
            Turn(
                "get the app to start on this machine",
                (
                    Run("bundle install"),
                    Run("bundle install"),
                    Look("Gemfile"),
                    Run("bundle install"),
                    Run("bundle install"),
                ),
                "pg does not build here.",
            ),
        ),
        expected=(Expected("loop", ("bundle install",)),),
    ),
    Session(
        "loop-e2e",
        "codex",
        "backoffice",
        files={"package.json": '{"scripts": {"e2e": "playwright test"}}\n'},
        commands={"npm": _E2E},
        turns=(
            Turn(
                "why is e2e red?",
                (
                    Run("npm run e2e"),
                    Run("sleep 1"),
                    Run("npm run e2e"),
                    Run("ls"),
                    Run("npm run e2e"),
                    Run("npm run e2e"),
                ),
                "Nothing listens on 4200.",
            ),
        ),
        expected=(Expected("loop", ("npm run e2e",)),),
    ),
    Session(
        "loop-go-build",
        "gemini",
        "fleet",
        files={"internal/queue/worker.go": "package queue\n", "go.mod": "module fleet\n"},
        commands={"go": _GO},
        turns=(
            Turn(
                "fix the build",
                (
                    Run("go build ./..."),
                    Run("go build ./..."),
                    Look("internal/queue/worker.go"),
                    Run("go build ./..."),
                    Run("go build ./..."),
                ),
                "jobs is not defined anywhere.",
            ),
        ),
        expected=(Expected("loop", ("go build",)),),
    ),
    Session(
        "loop-dbt",
        "opencode",
        "lakehouse",
        files={"models/orders.sql": "select 1\n"},
        commands={"dbt": _DBT},
        turns=(
            Turn(
                "rebuild the orders model",
                (
                    Run("dbt run -s orders"),
                    Run("dbt run -s orders"),
                    Run("dbt run -s orders"),
                    Run("dbt run -s orders"),
                    Run("dbt run -s orders"),
                ),
                "The password is not accepted.",
            ),
        ),
        expected=(Expected("loop", ("dbt run",), also=("denied",)),),
    ),
    Session(
        "reread-schema",
        "claude",
        "lakehouse",
        files={"db/schema.sql": _SCHEMA},
        turns=(
            Turn("does t7 have an index?", (Look("db/schema.sql"), Run("ls db"), Look("db/schema.sql")), "No."),
            Turn("and t20?", (Look("db/schema.sql"), Look("db/schema.sql")), "Neither."),
            Turn("how many tables?", (Look("db/schema.sql"),), "30."),
        ),
        expected=(Expected("reread", ("db/schema.sql",)),),
    ),
    Session(
        "reread-valves",
        "gemini",
        "edge-proxy",
        files={"OPERATIONS.md": _README},
        turns=(
            Turn(
                "Which valves are turned by hand?",
                (
                    Look("OPERATIONS.md"),
                    Run("ls"),
                    Look("OPERATIONS.md"),
                    Run("wc -l OPERATIONS.md"),
                    Look("OPERATIONS.md"),
                    Run("ls -a"),
                    Look("OPERATIONS.md"),
                ),
                "All of them.",
            ),
        ),
        expected=(Expected("reread", ("operations.md",)),),
    ),
    Session(
        "reread-mailer",
        "opencode",
        "helpdesk",
        files={"app/mailers/mailer.rb": _RUBY},
        turns=(
            Turn(
                "how does the mailer deliver?",
                (
                    Look("app/mailers/mailer.rb"),
                    Look("app/mailers/mailer.rb"),
                    Run("ls app"),
                    Look("app/mailers/mailer.rb"),
                    Look("app/mailers/mailer.rb"),
                ),
                "At once.",
            ),
        ),
        expected=(Expected("reread", ("app/mailers/mailer.rb",)),),
    ),
    Session(
        "inexact-clamp",
        "codex",
        "firmware",
        files={"src/clamp.c": _C},
        turns=(
            Turn(
                "clamp to 100 as well",
                (
                    Change("src/clamp.c", "    return (v < 0) ? 0 : v;", "    return v < 0 ? 0 : MIN(v, 100);"),
                    Change("src/clamp.c", "  if (v < 0) return 0;", "  if (v < 0 || v > 100) return 0;"),
                    Run("cat -A src/clamp.c | head -4"),
                    Change("src/clamp.c", "\treturn v < 0 ? 0 : v;", "\treturn v < 0 ? 0 : v > 100 ? 100 : v;"),
                ),
                "Both ends are clamped.",
            ),
        ),
        expected=(Expected("inexact-edit", ("src/clamp.c",)),),
    ),
    Session(
        "not-unique",
        "claude",
        "ci-lab",
        files={".github/workflows/ci.yml": _YAML},
        turns=(
            Turn(
                "the test job must run make test",
                (
                    Look(".github/workflows/ci.yml"),
                    Change(".github/workflows/ci.yml", "      - run: make", "      - run: make test"),
                    Change(".github/workflows/ci.yml", "    steps:\n      - run: make", "    steps: [make test]"),
                    Change(
                        ".github/workflows/ci.yml",
                        "  test:\n    steps:\n      - run: make",
                        "  test:\n    steps:\n      - run: make test",
                    ),
                ),
                "It does.",
            ),
        ),
        expected=(Expected("inexact-edit", ("ci.yml",)),),
    ),
    Session(
        "inexact-claim",
        "claude",
        "claims",
        files={"src/Claim.java": _JAVA},
        turns=(
            Turn(
                "rename cents() to amountInCents()",
                (
                    Look("src/Claim.java"),
                    Change("src/Claim.java", "  public long cents() {", "  public long amountInCents() {"),
                    Change("src/Claim.java", "long getCents() {", "long amountInCents() {"),
                    Change("src/Claim.java", "\tlong cents() {", "\tlong amountInCents() {"),
                    Change("src/Claim.java", "    long cents() {", "    long amountInCents() {"),
                ),
                "Renamed.",
            ),
        ),
        expected=(Expected("inexact-edit", ("src/Claim.java",)),),
    ),
    Session(
        "inexact-parser",
        "qwen",
        "parsec-play",
        files={"src/Line.hs": _HS},
        turns=(
            Turn(
                "lines may have a leading plus",
                (
                    Look("src/Line.hs"),
                    Change("src/Line.hs", "parseLine line = readMaybe line", "parseLine = readMaybe . noPlus"),
                    Change("src/Line.hs", "parseLine s = read (trim s)", "parseLine s = read (noPlus s)"),
                    Look("src/Line.hs"),
                    Change("src/Line.hs", "readMaybe (trim s)", "readMaybe (noPlus (trim s))"),
                ),
                "They may.",
            ),
        ),
        expected=(Expected("inexact-edit", ("src/Line.hs",)),),
    ),
    Session(
        "inexact-css",
        "copilot",
        "design-tokens",
        files={"css/price.css": _CSS},
        turns=(
            Turn(
                "make prices green",
                (
                    Look("css/price.css"),
                    Change("css/price.css", "colour: #00f;", "colour: #0a0;"),
                    Change("css/price.css", "color: #0000ff;", "color: #00aa00;"),
                    Change("css/price.css", "\tcolor: #00f;", "\tcolor: #0a0;"),
                ),
                "Green.",
            ),
        ),
        expected=(Expected("inexact-edit", ("css/price.css",)),),
    ),
    Session(
        "huge-plan",
        "claude",
        "platform",
        files={"envs/prod/main.tf": "terraform {}\n"},
        commands={"terraform": _PLAN + "\necho 'Plan: 330 to add, 0 to change, 0 to destroy.'"},
        turns=(
            Turn(
                "does the prod plan destroy anything?",
                (
                    Run("terraform -chdir=envs/prod plan -no-color"),
                    Run("terraform -chdir=envs/prod plan -no-color | tail -1"),
                ),
                "Nothing.",
            ),
        ),
        expected=(Expected("huge-output", ("terraform", "tail")),),
    ),
    Session(
        "huge-pytest",
        "codex",
        "routing",
        files={"tests/test_geo.py": "pass\n"},
        commands={"pytest": _PYTEST},
        turns=(Turn("all green?", (Run("pytest -vv"), Run("pytest -q | tail -n 1")), "340 passed."),),
        expected=(Expected("huge-output", ("pytest",)),),
    ),
    Session(
        "huge-csv",
        "gemini",
        "stock-feed",
        files={"data/stock.csv": _CSV},
        turns=(
            Turn(
                "Which columns does stock.csv have?",
                (Run("cat data/stock.csv"), Run("head -n 1 data/stock.csv")),
                "sku, warehouse, count, counted_at.",
            ),
        ),
        expected=(Expected("huge-output", ("data/stock.csv",)),),
    ),
    Session(
        "huge-logs",
        "qwen",
        "mail-relay",
        files={"compose.yaml": "services: {web: {image: relay}}\n"},
        commands={"docker": _LOGS},
        turns=(
            Turn(
                "what did web do last?",
                (Run("docker compose logs"), Run("docker compose logs --tail 5")),
                "It handled GET /mailbox/5.",
            ),
        ),
        expected=(Expected("huge-output", ("docker compose logs",)),),
    ),
    Session(
        "huge-pods",
        "opencode",
        "scheduler",
        files={"cron.toml": "every = '5m'\n"},
        commands={"kubectl": _KUBECTL},
        turns=(
            Turn(
                "which workers are there?",
                (Run("kubectl get pods -n jobs -o yaml"), Run("kubectl get pods -n jobs -o name")),
                "worker-1 and worker-2.",
            ),
        ),
        expected=(Expected("huge-output", ("kubectl get pods",)),),
    ),
    Session(
        "retrieved-access",
        "claude",
        "edge-proxy",
        files={"tools/access.py": _ACCESS},
        wrapped=True,
        turns=(
            Turn(
                "How big was the image that was served at 07:02:10?",
                (Run("python3 tools/access.py"), Fetch()),
                "4810 bytes.",
            ),
        ),
        expected=(Expected("retrieved", ("access.py",)),),
    ),
    Session(
        "retrieved-audit",
        "claude",
        "claims",
        files={"audit.py": _AUDIT},
        wrapped=True,
        turns=(
            Turn("Who read claim 1430, and when?", (Run("python3 audit.py"), Fetch()), "Somebody in office 0."),
        ),
        expected=(Expected("retrieved", ("audit.py",)),),
    ),
)
