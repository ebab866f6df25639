"""Gemini CLI. https://geminicli.com/docs/reference/configuration/"""

import re
import sys
from pathlib import Path

from headroom.policy import TOOL
from headroom_wrappers.spec import GEMINI as BASE
from headroom_wrappers.spec import Agent, Arguments, Base, Places, Session

_VARIABLE = "GOOGLE_GEMINI_BASE_URL"
_LOGIN = re.compile(r'"selectedType"\s*:\s*"')
_SYSTEM = Places(
    "/etc/gemini-cli/settings.json",
    "/Library/Application Support/GeminiCli/settings.json",
    "C:\\ProgramData\\gemini-cli\\settings.json",
)


def arguments(session: Session) -> Arguments:
    """Point it at the proxy where a login is chosen in its settings.

    Where none is, a base URL of one's own is taken for a gateway's, which it then refuses (exit code 41): it would
    not start, where with GEMINI_API_KEY alone it does.
    """
    changes = {_VARIABLE: session.base_url} if _has_login(session) else {}
    return Arguments(list(session.arguments), environ=changes)


def _has_login(session: Session) -> bool:
    home = Path(session.environ.get("GEMINI_CLI_HOME") or session.environ.get("HOME", "~")).expanduser()
    system = session.environ.get("GEMINI_CLI_SYSTEM_SETTINGS_PATH") or _SYSTEM.on(sys.platform)
    inside = ".gemini/settings.json"
    return any(_LOGIN.search(_read(file)) for file in (session.cwd / inside, home / inside, Path(system)))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


GEMINI = Agent(
    name="gemini",
    title="Gemini CLI",
    command=("gemini",),
    install="npm install -g @google/gemini-cli",
    base_url={_VARIABLE: BASE._replace(if_set=True), "GOOGLE_VERTEX_BASE_URL": Base("vertex", if_set=True)},
    default="gemini",
    arguments=arguments,
    dialects=("gemini",),
    retrieval=TOOL,
    reads="no files outside its folders: the proxy answers a tool",
    transcripts=Places("~/.gemini/tmp/*/chats/*.json*"),
    memory_file="GEMINI.md",
    notes=(
        "Without a login chosen in its settings (/auth) it refuses any base URL, so it is then left alone.",
        "A login with a Google account (the Code Assist API) and Vertex AI go past us: nothing is made smaller.",
    ),
    verified="0.61.0",
    bypass="it takes a base URL only with a login by API key, chosen with /auth and kept in "
    "~/.gemini/settings.json",
)
