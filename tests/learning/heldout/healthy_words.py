"""Sessions in which the user says no, or changes their mind, without meaning a rule: no rule may come of them."""

from tests.learning.session import Change, Look, Run, Session, Turn, Write

_HOUSE = "def price(cents):\n    return f'{cents / 100:.2f}'\n"

TALK = (
    Session(
        "other-file",
        "qwen",
        "scheduler",
        files={"cron.toml": "every = '5m'\n", "cron.test.toml": "every = '1s'\n"},
        turns=(
            Turn("set the interval to 10m", (Look("cron.test.toml"),), "Shall I change cron.test.toml?"),
            Turn(
                "no, I meant the other file",
                (Look("cron.toml"), Change("cron.toml", "5m", "10m")),
                "10m in cron.toml.",
            ),
        ),
    ),
    Session(
        "second-one",
        "claude",
        "portal",
        files={"apps/api/handler.go": "package api\n\nfunc List() {}\n\nfunc ListAll() {}\n"},
        turns=(
            Turn("rename the list function to Index", (Look("apps/api/handler.go"),), "I would rename List."),
            Turn(
                "no, the second one",
                (Change("apps/api/handler.go", "func ListAll()", "func Index()"),),
                "ListAll is Index now.",
            ),
        ),
    ),
    Session(
        "no-thanks",
        "opencode",
        "docs-site",
        files={"index.md": "# Docs\n"},
        turns=(
            Turn("proofread index.md", (Look("index.md"),), "One heading, no mistakes. Shall I add a summary?"),
            Turn("no thanks, not needed", (), "All right."),
        ),
    ),
    Session(
        "not-yet",
        "claude",
        "search",
        files={"Chart.yaml": "name: search\nversion: 0.3.0\n"},
        turns=(
            Turn(
                "bump the chart to 0.4.0",
                (Look("Chart.yaml"), Change("Chart.yaml", "version: 0.3.0", "version: 0.4.0")),
                "0.4.0. Shall I commit it?",
            ),
            Turn("Don't commit yet, I want to look at the diff first.", (Run("cat Chart.yaml"),), "Here it is."),
            Turn("ok. go ahead", (), "I will."),
        ),
    ),
    Session(
        "enough-for-today",
        "codex",
        "ml-lab",
        files={"src/lab/__init__.py": "", "NOTES.md": "- tune the rate\n"},
        turns=(
            Turn("what is left on the list?", (Run("cat NOTES.md"),), "Tuning the rate. Shall I start?"),
            Turn("not now. stop here, I have to catch a train", (), "Until tomorrow."),
        ),
    ),
    Session(
        "thirty-seconds",
        "codex",
        "edge-proxy",
        files={"nginx/site.conf": "proxy_read_timeout 10s;\n"},
        turns=(
            Turn(
                "raise the read timeout to 20 seconds",
                (Change("nginx/site.conf", "proxy_read_timeout 10s;", "proxy_read_timeout 20s;"),),
                "20 s.",
            ),
            Turn(
                "actually, let's make it 30",
                (Change("nginx/site.conf", "proxy_read_timeout 20s;", "proxy_read_timeout 30s;"),),
                "30 s.",
            ),
        ),
    ),
    Session(
        "my-mistake",
        "claude",
        "mail-relay",
        files={"relay.toml": "port = 2525\n"},
        turns=(
            Turn("is the relay on port 25?", (Look("relay.toml"),), "It is on 2525."),
            Turn("Oh right, sorry, I was wrong. I was thinking of the old one.", (), "No harm done."),
        ),
    ),
    Session(
        "asked-why",
        "gemini",
        "geocoder",
        files={"geo.py": "CITIES = {'Bern': (46.9, 7.4)}\n"},
        turns=(
            Turn(
                "Where is Bern, and why is this a dict instead of a list?",
                (Look("geo.py"),),
                "46.9 north, 7.4 east. To look a city up by its name; shall I make it a list?",
            ),
            Turn("No, that's fine, keep it.", (), "I keep it."),
        ),
    ),
    Session(
        "das-wars",
        "gemini",
        "helpdesk",
        files={"app/models/ticket.rb": "class Ticket\nend\n"},
        turns=(
            Turn("Was macht ticket.rb?", (Look("app/models/ticket.rb"),), "Eine leere Klasse."),
            Turn("nein danke, das war's schon", (), "Gern."),
        ),
    ),
    Session(
        "never-mind",
        "copilot",
        "backoffice",
        files={"src/price.py": _HOUSE},
        turns=(
            Turn("could price() handle negative amounts?", (Look("src/price.py"),), "It does: -1.00 for -100."),
            Turn("ah, never mind then", (), "Fine."),
        ),
    ),
    Session(
        "undone",
        "opencode",
        "tienda",
        files={"src/price.py": _HOUSE},
        turns=(
            Turn(
                "agrega el símbolo del euro",
                (Look("src/price.py"), Change("src/price.py", ":.2f}'", ":.2f} €'")),
                "Agregado.",
            ),
            Turn(
                "mmm no, se ve raro. Déjalo como estaba, por favor.",
                (Change("src/price.py", ":.2f} €'", ":.2f}'"),),
                "Como estaba.",
            ),
        ),
    ),
    Session(
        "surprised",
        "claude",
        "kernel-notes",
        files={"notes.md": "- RCU readers do not block\n"},
        turns=(
            Turn("what do my notes say about RCU?", (Look("notes.md"),), "That readers do not block."),
            Turn("wow, no way, I never knew I had written that down. You use it always?", (), "The notes say so."),
            Turn(
                "haha. write a second line: writers wait for readers",
                (Write("notes.md", "- RCU readers do not block\n- RCU writers wait for readers\n"),),
                "Written.",
            ),
        ),
    ),
)
