"""What programs say when they fail: tables of messages by shell, tool and language.

From bash, dash, zsh, fish, cmd.exe and PowerShell, GNU coreutils and libc and their translations, git, npm, pnpm,
yarn, cargo, go, docker, kubectl, make, Python, and the coding agents' own tools. Each pattern is bounded.
"""

import re
from collections.abc import Iterator
from typing import Final

from headroom.learn.finders.phrases import Phrases

_Q: Final = "\"'`‘’“”«»「」"
_NAME: Final = rf"[^\s:：{_Q}]{{1,120}}"
_OPEN: Final = rf"[{_Q}]?\u00a0?"

_NOT_FOUND: Final = (
    "command not found",
    "Kommando nicht gefunden",
    "Befehl nicht gefunden",
    "Das Kommando wurde nicht gefunden",
    "commande introuvable",
    "commande non trouvée",
    "orden no encontrada",
    "no se encontró la orden",
    "comando non trovato",
    "comando não encontrado",
    "opdracht niet gevonden",
    "nie znaleziono polecenia",
    "команда не найдена",
    "コマンドが見つかりません",
    "未找到命令",
    "找不到命令",
    "명령어를 찾을 수 없음",
)
_MISSING: Final = tuple(
    Phrases(pattern)
    for pattern in (
        *(rf"(?:^|[\s:：])(?P<name>{_NAME})[ \u00a0]?[:：] ?{phrase}" for phrase in _NOT_FOUND),
        rf"^(?:/[\w/.-]{{1,60}}/)?(?:da|a)?sh[:：] (?:line )?(?:\d{{1,5}}[:：] )?(?P<name>{_NAME}): not found",
        rf"command not found: (?P<name>{_NAME})",
        rf"Unknown command[: ]{{1,2}}{_OPEN}(?P<name>{_NAME})",
        rf"Command {_OPEN}(?P<name>{_NAME}){_OPEN} not found",
        rf"{_OPEN}(?P<name>{_NAME}){_OPEN} is not recognized as",
        rf"{_OPEN}(?P<name>{_NAME}){_OPEN} n['’]est pas reconnu",
        rf"{_OPEN}(?P<name>{_NAME}){_OPEN} wurde nicht als Name",
        rf"Der Befehl {_OPEN}(?P<name>{_NAME}){_OPEN} ist entweder falsch",
        rf"The term {_OPEN}(?P<name>{_NAME}){_OPEN} is not recognized",
        rf"exec: {_OPEN}(?P<name>{_NAME}){_OPEN}: executable file not found",
        rf"(?:^|/)env: {_OPEN}(?P<name>{_NAME}){_OPEN}\u00a0?: (?:No such|Datei oder|Aucun fi|No existe)",
        rf"failed to (?:run|execute) command {_OPEN}(?P<name>{_NAME}){_OPEN}: No such",
        rf"Failed to spawn: {_OPEN}(?P<name>{_NAME})",
        rf"failed to execute: {_OPEN}(?P<name>{_NAME})",
        rf"spawn (?P<name>{_NAME}) ENOENT",
        rf"No such file or directory: {_OPEN}(?P<name>{_NAME}){_OPEN}$",
        rf"No module named {_OPEN}(?P<name>{_NAME})",
    )
)

_SUBCOMMAND: Final = tuple(
    Phrases(pattern)
    for pattern in (
        rf"{_OPEN}(?P<name>{_NAME}){_OPEN} is not an? [\w-]{{1,20}} command",
        rf"(?:no such|unknown|unrecognized|invalid) (?:sub-?)?command:? {_OPEN}(?P<name>{_NAME})",
        rf"Missing script:? {_OPEN}(?P<name>{_NAME}(?::{_NAME})?)",
        rf"find a script named {_OPEN}(?P<name>{_NAME})",
        rf"Script not found {_OPEN}(?P<name>{_NAME})",
        rf"Command {_OPEN}(?P<name>{_NAME}){_OPEN} not found",
        rf"No rule to make target {_OPEN}(?P<name>{_NAME})",
        rf"Justfile does not contain recipe {_OPEN}(?P<name>{_NAME})",
        rf"Task {_OPEN}(?P<name>{_NAME}){_OPEN} (?:not found|does not exist|is not defined)",
    )
)

NO_PATH: Final = Phrases(
    "no such file",
    "file (?:or directory )?(?:does not exist|not found)",
    "(?:path|directory|folder) not found",
    "does not exist",
    "ENOENT",
    "cannot find (?:the )?(?:path|file)",
    "system cannot find",
    "os error 2\\b",
    "could not find (?:file|a part of the path)",
    "(?:can't|cannot) open (?:file|input)",
    "(?:can't|cannot) cd to",
    "not a directory",
    "Datei oder Verzeichnis nicht gefunden",
    "kann den angegebenen Pfad nicht finden",
    "Aucun fichier ou dossier",
    "chemin d['’]accès spécifié est introuvable",
    "No existe el (?:fichero|archivo) o el directorio",
    "File o directory non esistente",
    "(?:Arquivo|Ficheiro) ou diret[óo]ri[oa] inexistente",
    "Bestand of map bestaat niet",
    "Nie ma takiego pliku ani katalogu",
    "Нет такого файла или каталога",
    "そのようなファイルやディレクトリはありません",
    "没有那个文件或目录",
    "沒有此一檔案或目錄",
    "그런 파일이나 디렉터리가 없습니다",
)
"""A file or folder is not there."""

INEXACT: Final = Phrases(
    "string to replace not found",
    "old_?string (?:was )?not found",
    "could not find (?:the )?old_?string",
    "0 occurrences found",
    "could not find the string to replace",
    "exact text in old_?string",
    "no match found",
    "no (?:exact )?match(?:es)? (?:was |were )?found for",
    "(?:no|did not find an?) exact match",
    "failed to find (?:expected lines|context)",
    "patch (?:does not apply|failed)",
    "hunk #?\\d{1,4} failed",
    "search block (?:not found|failed)",
    "SearchReplaceNoExactMatch",
    "does not match any",
    "No replacement was performed",
    "text to replace (?:was )?not found",
    "matches of the string to replace",
    "found multiple matches",
    "expected \\d{1,4} occurrences? but found",
    "Found \\d{1,6} matches",
    "multiple occurrences of old_str",
)
"""An edit found no place, or more than one, for its text."""

UNREAD: Final = Phrases(
    "has not been read",
    "read it first before",
    "must read (?:the )?file",
    "modified since (?:it was )?(?:last )?read",
    "use the read(?:_file)? tool first",
)
"""An edit was refused as the file had not been read, or had changed since."""

_REJECTED: Final = (
    "user doesn't want to proceed",
    "user doesn't want to take this action",
    "user (?:has )?(?:rejected|denied|declined|refused|cancell?ed)",
    "rejected by (?:the )?user",
    "(?:was|been) rejected by",
    "exec_approval.{0,40}denied",
)
_POLICY: Final = (
    "permission to use .{1,200}? (?:has been|was) denied",
    "has been denied",
    "denied by (?:policy|your|the|a) ?",
    "(?:requires?|required|needs?) (?:explicit )?approval",
    "haven't granted it yet",
    "not (?:allowed|permitted) by (?:the )?(?:policy|rules?|settings|configuration|sandbox)",
    "was blocked",
    "blocked by (?:policy|(?:the )?sandbox|a? ?hook|permission)",
    "rule (?:which|that) prevents you from using",
    "sandbox (?:denied|error|violation)",
    "denied by (?:the )?sandbox|failed in sandbox|sandbox.{0,40}(?:denied|blocked)",
    "approval policy",
    "approval required",
    "could not request permission",
    "tool use was denied",
    "not allowed for security",
    "outside (?:of )?the (?:allowed|workspace|working|project)",
    "command (?:not allowed|rejected)",
    "path not in workspace",
)
_SYSTEM: Final = (
    "permission denied",
    "operation not permitted",
    "read-only file system",
    "access (?:is )?denied",
    "EACCES|EPERM|EROFS",
    "Keine Berechtigung",
    "Permission non accordée",
    "Permiso denegado",
    "Permesso negato",
    "Permissão negada",
    "許可がありません",
    "权限不够",
    "Отказано в доступе",
    "Vorgang nicht zulässig|Die Operation ist nicht erlaubt",
    "Opération non permise",
    "externally-managed-environment",
    "are you root\\?",
    "must be (?:run as )?root",
)
REJECTED: Final = Phrases(*_REJECTED)
"""The user said no to a call."""
POLICY: Final = Phrases(*_POLICY)
"""A rule, a sandbox or a missing approval stopped a call."""
SYSTEM: Final = Phrases(*_SYSTEM)
"""The system's own rights stopped it."""

NO_PROJECT: Final = Phrases(
    "could not find [`'\"]?(?:Cargo\\.toml|package\\.json|pyproject\\.toml)",
    "package\\.json['\"]?$",
    "no package\\.json",
    "go\\.mod file not found",
    "cannot find main module",
    "no configuration file provided",
    "no makefile found",
    "no rule to make target",
    "not a git repository",
    "there is no POM",
    "does not contain a Gradle build",
    "could not find a project",
    "no project found",
)
"""A tool found no project of its kind in the folder that it ran in."""

NO_TESTS: Final = Phrases(
    "no such file",
    "file or directory not found",
    "no tests? (?:ran|found|files? found|to run|were found)",
    "no test files",
    "no tests? matched",
    "no Go files",
    "collected 0 items",
)
"""A test runner found no tests where it was told to look."""

NOT_RUN: Final = Phrases(
    *_NOT_FOUND,
    ": not found$",
    "is not recognized as",
    "missing script|command ['\"].{1,40}['\"] not found",
    "no module named|ModuleNotFoundError|ImportError|Cannot find module",
    "no rule to make target|does not contain recipe",
    "no such (?:sub)?command|unknown command|is not an? [\\w-]{1,20} command",
    "unrecognized arguments?|unknown (?:option|argument|flag)|no such option",
    "unexpected argument|invalid option",
    "usage: ",
    "no such file|file or directory not found|ENOENT|does not exist",
    "no tests? (?:ran|found|files? found|to run|specified|were found)",
    "collected 0 items",
    "no tests? matched|0 matches",
    "could not find [`'\"]?(?:Cargo\\.toml|package\\.json|pom\\.xml|go\\.mod)|go\\.mod file not found",
    "cannot find main module|no Go files|is not in (?:std|GOROOT)",
    "ImproperlyConfigured|DJANGO_SETTINGS_MODULE",
    "no package\\.json|no configuration file|No pyproject|could not (?:load|read) config",
    "timed out|timeout",
    "failed to spawn|executable file not found",
    "must be set|is not set|environment variable",
    "no test named|no test target|no such target|Task .{1,60} not found",
    "Datei oder Verzeichnis nicht gefunden|Aucun fichier ou dossier",
)
"""A test runner did not get to run tests."""

RAN: Final = re.compile(
    r"\b[1-9]\d{0,5} (?:tests? )?(?:passed|passing|failed|failing|failures?|examples|specs|passes)\b"
    r"|^(?:ok|FAIL|---? (?:PASS|FAIL)):?[ \t]|\bTests?:? .{0,40}\b\d{1,6} (?:total|passed|run)"
    r"|Ran [1-9]\d{0,5} tests?|test result: |BUILD SUCCESS|Tests run: [1-9]|^OK\b|# pass [1-9]|tests? completed",
    re.MULTILINE | re.IGNORECASE,
)
"""Tests were run, whatever came of them."""

USAGE: Final = re.compile(
    r"usage: |required|require[sd]? |missing|must (?:specify|provide|be|set|pass)|not specified"
    r"|without |need(?:s|ed)? "
    r"|use [`'\"]?--?[a-z]|try [`'\"]?.{0,60}--?[a-z]|--[a-z][\w-]{2,}|\b-[A-Za-z]\b|unsupported"
    r"|incompatible|conflict"
    r"|not found|no such|cannot|can't|could not|unable|is a directory|omitting directory|invalid"
    r"|denied|refused|upstream"
    r"|approv|confirm|interactive|prompt|\bEOF\b|\btty\b|\bno \w|^(?:error|fatal|failed)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A program says that it lacks something: an option, a value, a place."""


def missing_commands(text: str) -> Iterator[str]:
    """Yield the names of programs and modules that a text says are not there, each once."""
    return _names(_MISSING, text)


def missing_subcommands(text: str) -> Iterator[str]:
    """Yield the names of subcommands, scripts and targets that a text says are not there, each once."""
    return _names(_SUBCOMMAND, text)


def _names(rows: tuple[Phrases, ...], text: str) -> Iterator[str]:
    known = set()
    lowered = text.lower()
    for row in rows:
        for found in row.finditer(text, lowered):
            name = found["name"].strip(_Q + ".,;\u00a0")
            if name and name not in known:
                known.add(name)
                yield name
