"""Sessions in which the user corrects the model for good: a rule that holds beyond the task."""

from tests.learning.session import Change, Expected, Look, Run, Session, Turn, Write

_OK = 'echo "Installing dependencies"; echo "Done in 0.8s"'
_TS = "export default function Price(props: { cents: number }) {\n  return <b>{props.cents}</b>;\n}\n"
_LOG = "def load(path):\n    return open(path).read()\n"
_GO = 'func Load(p string) (Config, error) {\n\treturn Config{}, errors.New("no config")\n}\n'
_SQL = "CREATE TABLE invoices (\n  id bigint PRIMARY KEY\n);\n"
_VENDOR = "package yaml\n\nconst Version = 3\n"
_MINI = "class Cache {\n  private Map<String, String> kept = new HashMap<>();\n}\n"

WORDS = (
    Session(
        "poetry-add",
        "claude",
        "quotes",
        files={"pyproject.toml": "[tool.poetry]\n", "poetry.lock": "\n"},
        commands={"pip": _OK, "poetry": _OK},
        turns=(
            Turn("Ich brauche httpx in diesem Projekt.", (Run("pip install httpx"),), "httpx ist installiert."),
            Turn(
                "nein, hier bitte immer `poetry add` nehmen, nicht pip",
                (Run("poetry add httpx"),),
                "Jetzt steht es in pyproject.toml.",
            ),
        ),
        expected=(Expected("correction", ("poetry add",)),),
    ),
    Session(
        "french-comments",
        "codex",
        "mairie",
        files={"src/acte.py": _LOG},
        turns=(
            Turn(
                "Ajoute un commentaire à la fonction load",
                (Change("src/acte.py", "def load(path):", "# Reads the whole file.\ndef load(path):"),),
                "C'est fait.",
            ),
            Turn(
                "Non, les commentaires doivent être en français dans ce projet.",
                (Change("src/acte.py", "# Reads the whole file.", "# Lit tout le fichier."),),
                "Corrigé.",
            ),
        ),
        expected=(Expected("correction", ("commentaires",)),),
    ),
    Session(
        "spanish-pnpm",
        "opencode",
        "tienda",
        files={"package.json": "{}\n", "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"},
        commands={"npm": _OK, "pnpm": _OK},
        turns=(
            Turn("instala las dependencias", (Run("npm install"),), "Instaladas."),
            Turn("no, en este repo usa siempre pnpm", (Run("pnpm install"),), "Instaladas con pnpm."),
        ),
        expected=(Expected("correction", ("pnpm",)),),
    ),
    Session(
        "named-exports",
        "claude",
        "storefront",
        files={"src/Price.tsx": _TS},
        turns=(
            Turn(
                "Write a Discount component next to Price",
                (Look("src/Price.tsx"), Write("src/Discount.tsx", "export default function Discount() {}\n")),
                "It is in Discount.tsx.",
            ),
            Turn(
                "We don't do default exports here. Price is a leftover.",
                (Change("src/Discount.tsx", "export default function", "export function"),),
                "It is a named export now.",
            ),
        ),
        expected=(Expected("correction", ("default exports",)),),
    ),
    Session(
        "logger",
        "codex",
        "ml-lab",
        files={"src/lab/load.py": _LOG},
        turns=(
            Turn(
                "tell the user when a file is being loaded",
                (
                    Change(
                        "src/lab/load.py",
                        "    return open(path).read()",
                        "    print('loading', path)\n    return open(path).read()",
                    ),
                ),
                "It prints the path.",
            ),
            Turn(
                "I told you, no print statements: everything goes through the logger",
                (Change("src/lab/load.py", "    print('loading', path)", "    log.info('loading %s', path)"),),
                "Logged instead.",
            ),
        ),
        expected=(Expected("correction", ("logger",)),),
    ),
    Session(
        "no-docstrings",
        "gemini",
        "geocoder",
        files={"geo.py": "def _near(a, b):\n    return abs(a - b) < 1\n"},
        turns=(
            Turn(
                "make _near tell whether it is within 2",
                (
                    Look("geo.py"),
                    Change(
                        "geo.py",
                        "def _near(a, b):\n    return abs(a - b) < 1",
                        'def _near(a, b):\n    """Return whether a is near b."""\n    return abs(a - b) < 2',
                    ),
                ),
                "Within 2 now.",
            ),
            Turn(
                "stop adding docstrings to private functions",
                (Change("geo.py", '    """Return whether a is near b."""\n', ""),),
                "Taken out.",
            ),
        ),
        expected=(Expected("correction", ("docstrings",)),),
    ),
    Session(
        "conventional-commits",
        "claude",
        "design-tokens",
        files={"tokens.json": '{"blue": "#00f"}\n'},
        setup="git init -q . && git add -A && git commit -qm 'feat: blue' && echo '{}' > tokens.json",
        turns=(
            Turn("commit that", (Run("git commit -qam 'Changed the tokens'"),), "Committed."),
            Turn(
                "Thank you! Could you please stick to conventional commits (feat:, fix:, chore:) from now on?",
                (Run("git commit --amend -qm 'fix: empty tokens'"),),
                "Of course.",
            ),
        ),
        expected=(Expected("correction", ("conventional commits",)),),
    ),
    Session(
        "snake-case",
        "qwen",
        "lakehouse",
        files={"models/invoices.sql": _SQL},
        turns=(
            Turn(
                "add the payment date to invoices",
                (
                    Look("models/invoices.sql"),
                    Change(
                        "models/invoices.sql",
                        "  id bigint PRIMARY KEY",
                        "  id bigint PRIMARY KEY,\n  paymentDate date",
                    ),
                ),
                "Added paymentDate.",
            ),
            Turn(
                "snake_case for columns please, never camelCase",
                (Look("models/invoices.sql"), Change("models/invoices.sql", "paymentDate", "payment_date")),
                "payment_date.",
            ),
        ),
        expected=(Expected("correction", ("snake_case",)),),
    ),
    Session(
        "wrapped-errors",
        "codex",
        "fleet",
        files={"config/load.go": _GO},
        turns=(
            Turn(
                "give the error in Load the path",
                (
                    Change(
                        "config/load.go",
                        '\treturn Config{}, errors.New("no config")',
                        '\treturn Config{}, errors.Wrap(err, "no config "+p)',
                    ),
                ),
                "It is wrapped by pkg/errors.",
            ),
            Turn(
                "hm, not quite. in this repo errors are wrapped with fmt.Errorf and %w, we never use pkg/errors",
                (
                    Change(
                        "config/load.go",
                        '\treturn Config{}, errors.Wrap(err, "no config "+p)',
                        '\treturn Config{}, fmt.Errorf("no config %s: %w", p, err)',
                    ),
                ),
                "Wrapped by fmt.Errorf.",
            ),
        ),
        expected=(Expected("correction", ("pkg/errors",)),),
    ),
    Session(
        "make-fmt",
        "copilot",
        "firmware",
        files={"src/main.c": "int main(void){return 0;}\n", "Makefile": "fmt:\n\t@echo formatted\n"},
        turns=(
            Turn(
                "return 1 from main",
                (Look("src/main.c"), Change("src/main.c", "return 0;", "return 1;")),
                "It returns 1.",
            ),
            Turn(
                "You forgot `make fmt` again. Always run it when you have touched C files.",
                (Run("make fmt"),),
                "Formatted.",
            ),
        ),
        expected=(Expected("correction", ("make fmt",)),),
    ),
    Session(
        "lockfile-by-hand",
        "claude",
        "shop-mono",
        files={"pnpm-lock.yaml": "lockfileVersion: '9.0'\nzod: 3.24.0\n"},
        commands={"pnpm": _OK},
        turns=(
            Turn(
                "we need zod 3.24.2",
                (Look("pnpm-lock.yaml"), Change("pnpm-lock.yaml", "zod: 3.24.0", "zod: 3.24.2")),
                "Raised in the lockfile.",
            ),
            Turn(
                "Never edit pnpm-lock.yaml by hand! Let `pnpm update` do that.",
                (Run("pnpm update zod"),),
                "pnpm did it.",
            ),
        ),
        expected=(Expected("correction", ("pnpm-lock.yaml",)),),
    ),
    Session(
        "iso-dates",
        "opencode",
        "stock-feed",
        files={"feed.py": "def row(t):\n    return {'at': t}\n"},
        turns=(
            Turn(
                "put the time of the stock count into the row",
                (Look("feed.py"), Change("feed.py", "{'at': t}", "{'at': int(t.timestamp())}")),
                "Seconds since 1970.",
            ),
            Turn(
                "That's wrong. Timestamps in this API are ISO 8601 strings, not epoch seconds.",
                (Change("feed.py", "int(t.timestamp())", "t.isoformat()"),),
                "ISO 8601 it is.",
            ),
        ),
        expected=(Expected("correction", ("iso 8601",)),),
    ),
    Session(
        "vendor-alone",
        "gemini",
        "edge-proxy",
        files={"vendor/yaml/yaml.go": _VENDOR},
        turns=(
            Turn(
                "corrige la version de yaml",
                (Look("vendor/yaml/yaml.go"), Change("vendor/yaml/yaml.go", "Version = 3", "Version = 4")),
                "Version 4.",
            ),
            Turn(
                "ne touche jamais aux fichiers dans vendor/, c'est du code tiers",
                (Change("vendor/yaml/yaml.go", "Version = 4", "Version = 3"),),
                "Remis en place.",
            ),
        ),
        expected=(Expected("correction", ("vendor/",)),),
    ),
    Session(
        "real-postgres",
        "claude",
        "invoicer",
        files={"repo.py": _LOG},
        turns=(
            Turn(
                "Schreib einen Test für repo.py",
                (Look("repo.py"), Write("test_repo.py", "from unittest.mock import Mock\n")),
                "Mit einem Mock für die Datenbank.",
            ),
            Turn(
                "Bitte keine Mocks für die Datenbank, wir testen immer gegen das echte Postgres im Container.",
                (Write("test_repo.py", "def test_load(postgres):\n    assert postgres\n"),),
                "Geändert.",
            ),
        ),
        expected=(Expected("correction", ("mocks",)),),
    ),
    Session(
        "ship-it",
        "codex",
        "search",
        files={"justfile": "ship:\n    helm upgrade search .\n"},
        commands={"kubectl": 'echo "deployment.apps/search configured"', "just": 'echo "shipped"'},
        turns=(
            Turn("put this on staging", (Run("kubectl apply -f deploy.yaml"),), "Applied."),
            Turn(
                "please remember: deployments go through `just ship`, don't call kubectl yourself",
                (Run("just ship"),),
                "Shipped.",
            ),
        ),
        expected=(Expected("correction", ("just ship",)),),
    ),
    Session(
        "flags-file",
        "claude",
        "portal",
        files={"flags.yaml": "dark_mode: true\n", "apps/api/handler.go": "package api\n"},
        turns=(
            Turn(
                "Hide the beta banner behind a flag",
                (
                    Change("apps/api/handler.go", "package api", "package api\n\nconst banner = false"),
                    Look("flags.yaml"),
                ),
                "There is a constant now.",
            ),
            Turn(
                "The idea is fine. One thing though: feature flags always belong in flags.yaml, not in the code.",
                (Change("flags.yaml", "dark_mode: true", "dark_mode: true\nbanner: false"),),
                "Moved.",
            ),
        ),
        expected=(Expected("correction", ("flags.yaml",)),),
    ),
    Session(
        "ripgrep",
        "codex",
        "mono",
        files={"ledger/ledger.go": "package ledger\n\nfunc Balance() int { return 0 }\n"},
        turns=(
            Turn("who calls Balance?", (Run("grep -rn 'Balance()' ."),), "Nobody but its definition."),
            Turn("use rg, not grep. the repo is huge", (Run("rg -n 'Balance\\(\\)'"),), "Same result, with rg."),
        ),
        expected=(Expected("correction", ("rg", "grep")),),
    ),
    Session(
        "java-fields",
        "qwen",
        "claims",
        files={"src/Cache.java": _MINI},
        turns=(
            Turn(
                "add a size limit to the cache",
                (
                    Look("src/Cache.java"),
                    Change("src/Cache.java", "new HashMap<>();", "new HashMap<>();\n  private int limit = 100;"),
                ),
                "Added.",
            ),
            Turn(
                "instead of plain ints for settings, we use constructor parameters in this codebase",
                (
                    Look("src/Cache.java"),
                    Change("src/Cache.java", "private int limit = 100;", "private final int limit;"),
                ),
                "It is a parameter now.",
            ),
        ),
        expected=(Expected("correction", ("constructor parameters",)),),
    ),
)
