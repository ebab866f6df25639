"""More sessions with a command that failed: other tools, other languages."""

import json

from tests.learning.session import Expected, Run, Session, Together, Turn

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

TOOLS = (
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
