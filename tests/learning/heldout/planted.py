"""Sessions with something to be learnt that the finders' author has not seen."""

import json

from tests.learning.session import Change, Expected, Fetch, Look, Run, Session, Together, Turn, Write, lines

_YARN = '{"name": "store", "scripts": {"test": "bun test", "lint": "biome check"}}\n'
_BUN = """case "$1" in test) echo "bun test v1.2.3"; echo " 18 pass"; echo " 0 fail" ;; *) echo "bun $*" ;; esac"""
_UV = """[ "$1 $2" = "pip install" ] && {
  echo "Resolved 12 packages in 214ms"; echo " + requests==2.32.3"; exit 0; }
echo "error: unrecognized subcommand '$1'" >&2; exit 2"""
_PODMAN = 'echo "STEP 1/3: FROM alpine"; echo "Successfully tagged localhost/api:latest"'
_GO = """case "$*" in
"test ./...") echo "ok  	example.com/bill/internal/tax	0.004s" ;;
test*) echo "no Go files in $PWD" >&2; exit 1 ;;
*) echo "go version go1.24.1 linux/amd64" ;;
esac"""
_DEPLOY = """region=""; while [ $# -gt 0 ]; do [ "$1" = --region ] && region=$2; shift; done
[ -n "$region" ] && { echo "deployed to $region"; exit 0; }
printf 'error: the following required arguments were not provided:\\n  --region <REGION>\\n' >&2
printf '\\nUsage: deploy <ENV> --region <REGION>\\n' >&2
exit 2"""
_VITEST = """case "$*" in
"run check") printf '> store@ check\\n> vitest run\\n\\n Tests  12 passed (12)\\n' ;;
*) printf '> store@ test\\n> echo Error: no test specified\\n\\nError: no test specified\\n'; exit 1 ;;
esac"""
_STORE = json.dumps({"name": "store", "scripts": {"test": "echo no tests", "check": "vitest run"}})
_GRADLE = """echo "> Task :app:compileKotlin FAILED"
echo "e: file:///home/user/mobile/app/src/Main.kt:12:9 Unresolved reference: Cart" >&2
echo "BUILD FAILED in 2s" >&2; exit 1"""
_HELM = """echo "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress" >&2; exit 1"""
_ROUTES = 'pub fn routes() -> Router {\n    Router::new()\n        .route("/orders", get(list))\n}\n'
_GUIDE = "# Guide\n\n" + "".join(f"Step {n}: turn the knob.\n\n" for n in range(30))
_PY = "class Cart:\n\tdef add(self, item):\n\t\tself.items.append(item)\n\t\treturn self\n"
_KT = "class Cart(val items: List<Item>) {\n    fun total() = items.sumOf { it.price * it.count }\n}\n"
_SQL = "SELECT id, total FROM orders WHERE state = 'open'\n"
_EVENTS = """import hashlib
for n in range(240):
    mark = hashlib.sha256(str(n).encode()).hexdigest()[:10]
    at = f'2026-06-01T10:{n // 60:02}:{n % 60:02}Z'
    print(f'{at} INFO gateway: request {mark} to /v2/items/{n} took {n % 23} ms')
"""
_VENDOR = """mkdir -p vendor
for n in $(seq 1 420); do touch vendor/some-rather-long-name-of-a-dependency-$n.txt; done"""

PLANTED = (
    Session(
        "bun",
        "claude",
        "store",
        files={"package.json": _YARN, "bun.lock": "{}\n"},
        commands={"bun": _BUN},
        zsh=True,
        turns=(
            Turn(
                "check that the tests are green",
                (Run("yarn test"), Run("cat package.json"), Run("bun test")),
                "18 pass.",
            ),
        ),
        expected=(Expected("missing-command", ("bun",), also=("test-command",)),),
    ),
    Session(
        "uv-pip",
        "codex",
        "scraper",
        files={"scrape.py": "import requests\n"},
        commands={"uv": _UV},
        turns=(
            Turn(
                "The scraper lacks requests, install it",
                (Run("pip install requests"), Run("ls -a"), Run("uv pip install requests")),
                "Installed.",
            ),
        ),
        expected=(Expected("missing-command", ("uv pip",)),),
    ),
    Session(
        "podman",
        "qwen",
        "api",
        files={"Dockerfile": "FROM alpine\n"},
        commands={"podman": _PODMAN},
        turns=(Turn("Build the image", (Run("docker build -t api ."), Run("podman build -t api .")), "Built."),),
        expected=(Expected("missing-command", ("podman",)),),
    ),
    Session(
        "billing-path",
        "codex",
        "bill",
        files={"internal/billing/main.go": "package main\n"},
        turns=(
            Turn(
                "which package is the billing entry point in?",
                (
                    Run("sed -n '1,40p' services/billing/main.go"),
                    Run("find . -name main.go"),
                    Run("sed -n '1,40p' internal/billing/main.go"),
                ),
                "In package main.",
            ),
        ),
        expected=(Expected("wrong-path", ("internal/billing/main.go",)),),
    ),
    Session(
        "setup-path",
        "claude",
        "handbook",
        files={"docs/install/setup.md": _GUIDE, "docs/index.md": "# Hi\n"},
        turns=(
            Turn(
                "Summarise the setup guide",
                (Look("docs/setup.md"), Run("ls docs docs/*"), Look("docs/install/setup.md")),
                "Thirty knobs.",
            ),
        ),
        expected=(Expected("wrong-path", ("docs/install/setup.md",)),),
    ),
    Session(
        "cart-path",
        "gemini",
        "mobile",
        files={"app/src/main/Cart.kt": _KT},
        turns=(
            Turn(
                "How is the cart total computed?",
                (Look("app/src/Cart.kt"), Run("find . -name Cart.kt"), Look("app/src/main/Cart.kt")),
                "Price times count.",
            ),
        ),
        expected=(Expected("wrong-path", ("app/src/main/Cart.kt",)),),
    ),
    Session(
        "copy-folder",
        "claude",
        "store",
        files={"assets/logo.svg": "<svg/>\n"},
        turns=(
            Turn(
                "Make a backup of assets in backup/",
                (Run("cp assets backup"), Run("cp -r assets backup")),
                "Copied.",
            ),
        ),
        expected=(Expected("missing-flag", ("-r",)),),
    ),
    Session(
        "deploy-region",
        "codex",
        "infra",
        files={"README.md": "# Infra\n"},
        commands={"deploy": _DEPLOY},
        turns=(
            Turn(
                "deploy staging in Ireland",
                (Run("deploy staging"), Run("deploy staging --region eu-west-1")),
                "Deployed.",
            ),
        ),
        expected=(Expected("missing-flag", ("--region",)),),
    ),
    Session(
        "go-test",
        "claude",
        "bill",
        files={"go.mod": "module example.com/bill\n"},
        commands={"go": _GO},
        turns=(Turn("Do all tests pass?", (Run("go test"), Run("go test ./...")), "They do."),),
        expected=(Expected("test-command", ("go test ./...",), also=("missing-flag",)),),
    ),
    Session(
        "npm-check",
        "codex",
        "store",
        files={"package.json": _STORE},
        commands={"npm": _VITEST},
        turns=(
            Turn("run the tests", (Run("npm test"), Run("cat package.json"), Run("npm run check")), "12 pass."),
        ),
        expected=(Expected("test-command", ("npm run check",)),),
    ),
    Session(
        "denied-apt",
        "claude",
        "api",
        arguments=("--permission-mode", "default"),
        files={"Dockerfile": "FROM alpine\n"},
        turns=(
            Turn(
                "Install graphviz so that the diagrams can be drawn",
                (Run("apt-get install -y graphviz"), Run("sudo apt-get install -y graphviz")),
                "I may not install it.",
            ),
        ),
        expected=(Expected("denied", ("apt-get",)),),
    ),
    Session(
        "denied-outside",
        "codex",
        "scraper",
        arguments=("--sandbox", "workspace-write"),
        files={"scrape.py": "pass\n"},
        turns=(
            Turn(
                "cache the robots files in /var/cache/scraper",
                (Run("mkdir -p /var/cache/scraper"), Run("mkdir /var/cache/scraper")),
                "I cannot write there.",
            ),
        ),
        expected=(Expected("denied", ("/var/cache",), also=("loop",)),),
    ),
    Session(
        "loop-gradle",
        "claude",
        "mobile",
        files={"app/src/Main.kt": "fun main() = Cart()\n"},
        commands={"gradle": _GRADLE},
        turns=(
            Turn(
                "Get the app to build",
                (
                    Run("gradle assemble"),
                    Run("gradle assemble"),
                    Run("gradle assemble"),
                    Run("gradle assemble"),
                    Run("gradle assemble"),
                ),
                "Cart is not known.",
            ),
        ),
        expected=(Expected("loop", ("gradle assemble",)),),
    ),
    Session(
        "loop-helm",
        "opencode",
        "infra",
        files={"Chart.yaml": "name: api\n"},
        commands={"helm": _HELM},
        turns=(
            Turn(
                "upgrade the release",
                (
                    Run("helm upgrade api ."),
                    Run("helm upgrade api ."),
                    Run("helm upgrade api ."),
                    Run("helm upgrade api ."),
                ),
                "It is blocked by another operation.",
            ),
        ),
        expected=(Expected("loop", ("helm upgrade",)),),
    ),
    Session(
        "reread-routes",
        "codex",
        "gateway",
        files={"src/routes.rs": _ROUTES * 20},
        turns=(
            Turn(
                "what does the router serve?",
                (
                    Run("sed -n '1,80p' src/routes.rs"),
                    Run("ls src"),
                    Run("sed -n '1,80p' src/routes.rs"),
                    Run("ls -a"),
                    Run("sed -n '1,80p' src/routes.rs"),
                    Run("sed -n '1,80p' src/routes.rs"),
                ),
                "/orders.",
            ),
        ),
        expected=(Expected("reread", ("src/routes.rs",)),),
    ),
    Session(
        "reread-guide",
        "claude",
        "handbook",
        files={"GUIDE.md": _GUIDE},
        turns=(
            Turn("How many steps are there?", (Look("GUIDE.md"), Look("GUIDE.md")), "Thirty."),
            Turn("And what is step 7?", (Look("GUIDE.md"), Look("GUIDE.md")), "Turn the knob."),
            Turn("Which one is the last?", (Look("GUIDE.md"),), "The thirtieth."),
        ),
        expected=(Expected("reread", ("guide.md",)),),
    ),
    Session(
        "inexact-cart",
        "claude",
        "store",
        files={"cart.py": _PY},
        turns=(
            Turn(
                "add() should ignore None",
                (
                    Look("cart.py"),
                    Change(
                        "cart.py",
                        "        self.items.append(item)",
                        "        if item is not None:\n            self.items.append(item)",
                    ),
                    Change(
                        "cart.py",
                        "    def add(self, item):\n        self",
                        "    def add(self, item):\n        if item:\n            self",
                    ),
                    Change(
                        "cart.py", "        self.items.append( item )", "        item and self.items.append(item)"
                    ),
                    Change(
                        "cart.py",
                        "\t\tself.items.append(item)",
                        "\t\tif item is not None:\n\t\t\tself.items.append(item)",
                    ),
                ),
                "It does.",
            ),
        ),
        expected=(Expected("inexact-edit", ("cart.py",)),),
    ),
    Session(
        "inexact-kotlin",
        "gemini",
        "mobile",
        files={"app/src/main/Cart.kt": _KT},
        turns=(
            Turn(
                "Round the total",
                (
                    Change("app/src/main/Cart.kt", "fun total() = items.sum { it.price }", "fun total() = 0"),
                    Change(
                        "app/src/main/Cart.kt",
                        "fun total(): Double = items.sumOf",
                        "fun total(): Double = 1 + items.sumOf",
                    ),
                    Look("app/src/main/Cart.kt"),
                    Change(
                        "app/src/main/Cart.kt",
                        "items.sumOf { it.price * it.count }",
                        "round(items.sumOf { it.price * it.count })",
                    ),
                ),
                "Rounded.",
            ),
        ),
        expected=(Expected("inexact-edit", ("app/src/main/Cart.kt",)),),
    ),
    Session(
        "format-first",
        "claude",
        "bill",
        files={"tax.py": "RATE=0.2\n"},
        setup="git init -q . && git add -A && git commit -qm start",
        turns=(
            Turn(
                "Raise the tax rate to 21 % and commit it.",
                (
                    Look("tax.py"),
                    Change("tax.py", "RATE=0.2", "RATE=0.21"),
                    Run("git commit -qam 'Raise the rate'"),
                ),
                "Committed.",
            ),
            Turn(
                "Not like that. Always run the formatter before you commit.",
                (Run("git commit --amend -q --no-edit"),),
                "I will.",
            ),
        ),
        expected=(Expected("correction", ("formatter",)),),
    ),
    Session(
        "staging-db",
        "codex",
        "bill",
        files={"q.sql": _SQL},
        turns=(
            Turn("how many orders are open?", (Run("cat q.sql"),), "I will ask the production database."),
            Turn(
                "I told you before: use the staging database, not production",
                (Run("grep -n FROM q.sql"),),
                "Staging it is.",
            ),
        ),
        expected=(Expected("correction", ("staging",)),),
    ),
    Session(
        "api-v2",
        "opencode",
        "gateway",
        files={"client.ts": 'export const base = "/v1";\n'},
        turns=(
            Turn(
                "Call the items endpoint from the client",
                (Look("client.ts"), Write("items.ts", 'fetch("/v1/items");\n')),
                "It is in items.ts.",
            ),
            Turn(
                "wrong, the API is at /v2 and not at /v1 any more",
                (Change("items.ts", "/v1/items", "/v2/items"),),
                "Corrected.",
            ),
        ),
        expected=(Expected("correction", ("/v2",)),),
    ),
    Session(
        "no-mocks",
        "claude",
        "store",
        files={"cart.py": _PY},
        turns=(
            Turn(
                "Write a test for the cart",
                (Look("cart.py"), Write("test_cart.py", "from unittest import mock\nfrom cart import Cart\n")),
                "Written, with a mock.",
            ),
            Turn(
                "please don't use mocks in tests, we run against the real thing",
                (Write("test_cart.py", "from cart import Cart\n\n\ndef test_add():\n    assert Cart\n"),),
                "Without mocks now.",
            ),
        ),
        expected=(Expected("correction", ("mocks",)),),
    ),
    Session(
        "huge-verbose",
        "codex",
        "store",
        files={"package.json": _YARN},
        commands={
            "bun": lines(380, "(pass) cart > adds item number %d to the basket and keeps the sum [0.21ms]")
            + "\necho ' 380 pass'"
        },
        turns=(
            Turn(
                "are all tests passing?",
                (Run("bun test --verbose"), Run("bun test --verbose 2>&1 | tail -5")),
                "All 380.",
            ),
        ),
        expected=(Expected("huge-output", ("bun test --verbose", "tail")),),
    ),
    Session(
        "huge-find",
        "claude",
        "store",
        files={"README.md": "# Store\n"},
        setup=_VENDOR,
        turns=(
            Turn(
                "Is there a changelog?",
                (Run("find . -type f"), Run("find . -type f -iname '*change*' | head")),
                "No.",
            ),
        ),
        expected=(Expected("huge-output", ("find . -type f",)),),
    ),
    Session(
        "retrieved-events",
        "claude",
        "gateway",
        files={"events.py": _EVENTS},
        wrapped=True,
        turns=(Turn("How long did the request at 10:01:55 take?", (Run("python3 events.py"), Fetch()), "1 ms."),),
        expected=(Expected("retrieved", ("events.py",)),),
    ),
    Session(
        "python3-aside",
        "codex",
        "scraper",
        files={"scrape.py": "print('ok')\n"},
        turns=(
            Turn(
                "does the scraper start?",
                (Together(("ls", "python scrape.py")), Run("python3 scrape.py")),
                "It prints ok.",
            ),
        ),
        expected=(Expected("missing-command", ("python3",)),),
    ),
)
