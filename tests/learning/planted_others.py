"""More sessions in which a path, an edit or an output was wrong, or the user corrected something."""

from tests.learning.session import Change, Expected, Fetch, Look, Run, Session, Turn, Write, lines

_YARN = '{"name": "store", "scripts": {"test": "bun test", "lint": "biome check"}}\n'
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

OTHERS = (
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
)
