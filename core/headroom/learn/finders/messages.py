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

_WHAT: Final = ("command", "task", "target", "recipe", "script", "goal")
_SUBCOMMAND: Final = tuple(
    Phrases(pattern)
    for pattern in (
        rf"{_OPEN}(?P<name>{_NAME}){_OPEN} is not an? [\w-]{{1,20}} command",
        *(
            rf"(?:no such|unknown|unrecogni[sz]ed|invalid|undefined) (?:sub-?)?{what}:? {_OPEN}(?P<name>{_NAME})"
            for what in _WHAT
        ),
        *(
            rf"{what} {_OPEN}(?P<name>{_NAME}){_OPEN} (?:is |was |could |does )?not "
            r"(?:found|defined|exist|be found)"
            for what in _WHAT
        ),
        *(rf"{what} not found:? {_OPEN}(?P<name>{_NAME})" for what in _WHAT),
        rf"know how to (?:build|make|run) (?:task |target )?{_OPEN}(?P<name>{_NAME})",
        rf"(?P<name>{_NAME}): unknown (?:sub)?command",
        rf"Missing script:? {_OPEN}(?P<name>{_NAME}(?::{_NAME})?)",
        rf"find a script named {_OPEN}(?P<name>{_NAME})",
        rf"Script not found {_OPEN}(?P<name>{_NAME})",
        rf"No rule to make target {_OPEN}(?P<name>{_NAME})",
        rf"Justfile does not contain recipe {_OPEN}(?P<name>{_NAME})",
    )
)

LACKS: Final = re.compile(
    r"(?:No module named|Cannot find (?:module|package)|cannot load such file --|Can't locate) "
    rf"{_OPEN}({_NAME}){_OPEN}"
)
"""An interpreter does not have what a script takes in."""

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
    "cannot find module ['\"](?:/|\\.\\.?/|[A-Z]:)|module not found .{0,5}file:",
    "file ['\"`].{1,200}?['\"`] (?:not found|does not exist)|no files matching",
    "could not (?:find|open|read) ['\"`]?[./~]",
    "unable to open|does not point to",
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
    *(
        rf"(?:not|n['’]t|failed to|unable to) {verb} .{{0,80}}?(?:old_?str|exact|match|context|snippet|search"
        r"|string|text to replace|specified text|block|lines)"
        for verb in ("find", "locate", "match")
    ),
    *(
        rf"(?:old_?str(?:ing)?|search (?:text|string|block|content)|text|content|snippet|context|lines)"
        rf" .{{0,60}}?{phrase}"
        for phrase in ("not found", "not unique", "not match", "not in ", "not present", "not exist", "not appear")
    ),
    "appears (?:more than once|multiple|\\d{1,5} times)|must match|must be unique|matched (?:multiple|several) ",
    "multiple (?:matches|occurrences)",
    "provide more (?:surrounding )?context",
    "(?:patch|diff|hunk).{0,60}(?:not|n['’]t|failed to|cannot be) appl",
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
    "(?:has|have) (?:been modified|changed) (?:externally |on disk )?since",
    "read (?:the|this|it|that) (?:file )?(?:first|before|again)|must be read|should be read|re-read",
)
"""An edit was refused as the file had not been read, or had changed since."""

_PROJECT_FILES: Final = (
    *(rf"\.{suffix}" for suffix in ("toml", "json5?", "xml", "gradle", "yaml", "yml", "lock", "mod", "work")),
    *(rf"\.{suffix}" for suffix in ("swift", "exs", "csproj", "sln")),
    *("gemfile", "rakefile", "makefile", "justfile", "dockerfile", "pipfile", "cmakelists", "mix.project"),
)
NO_PROJECT: Final = Phrases(
    "could not find [`'\"]?(?:Cargo\\.toml|package\\.json|pyproject\\.toml)",
    "package\\.json['\"]?$",
    "no package\\.json",
    "go\\.mod file not found",
    "cannot find main module",
    "no configuration files?\\b",
    "no (?:makefile|justfile|rakefile|taskfile|gemfile|package\\.json|pubspec\\.yaml|manifest)"
    " (?:file )?(?:was |were )?found",
    *(
        rf"(?:not|n['’]t|unable to|failed to) (?:find|locate|read|open|load) .{{0,60}}?{file}\b"
        for file in _PROJECT_FILES
    ),
    *(f"no [`'\"]?{file}" for file in _PROJECT_FILES if not file.startswith("\\")),
    "no [`'\"]?[\\w-]{1,20}(?:\\.toml|\\.json|\\.ya?ml)",
    "open dockerfile: no such file|dockerfile path",
    "specify a project or solution file",
    "does not appear to contain CMakeLists",
    "does not contain (?:main module|a package|package)|outside (?:main )?module|no required module",
    *(
        rf"not (?:an?|in an?|part of an?|inside an?|within an?) [\w -]{{0,30}}{place}\b"
        for place in ("workspace", "project", "repository", "package")
    ),
    "chart\\.yaml file is missing|no (?:pipfile|chart|stack|workspace) found",
    "ERR_PNPM_NO_|ENOWORKSPACES|no projects? (?:matched|found)|no targets specified",
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
    *(rf"\b(?:0|no) (?:matching |valid )?{tests}\b" for tests in ("tests?", "specs?", "suites?", "examples")),
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
    "ECONNREFUSED|connection refused|could not connect to",
    "cannot load such file|command not found: |could not open input file|ERR_MODULE_NOT_FOUND|cannot find package",
    "build constraints exclude all|cannot use import statement|unsupported engine|unknown lifecycle phase",
    "could not (?:find|locate) (?:gem|a |the )|no such (?:image|service|container|target)|unknown service",
    "no test named|no test target|no such target|Task .{1,60} not found",
    "Datei oder Verzeichnis nicht gefunden|Aucun fichier ou dossier",
)
"""A test runner did not get to run tests."""

RAN: Final = re.compile(
    r"\b[1-9]\d{0,5} (?:tests? )?(?:passed|passing|failed|failing|failures?|examples|specs|passes)\b"
    r"|^(?:ok|FAIL|---? (?:PASS|FAIL)):?[ \t]|\bTests?:? .{0,40}\b\d{1,6} (?:total|passed|run)"
    r"|Ran [1-9]\d{0,5} tests?|test result: |BUILD SUCCESS|Tests run: [1-9]|^OK\b|# pass [1-9]|tests? completed"
    r"|Executed [1-9]\d{0,5} tests?|All tests passed|\bPassed: +[1-9]|\bTotal: +[1-9]",
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
