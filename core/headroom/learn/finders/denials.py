"""What is said when something is not permitted: by the user, by an agent's rules or its sandbox, by the system.

The agents' own sentences are those of Claude Code 2.1, Codex 0.169, Gemini CLI 0.61, Qwen Code 0.15, opencode 1.18
and Copilot CLI 1.0; the system's those of libc in several languages, of PowerShell, git, cloud tools and sudo.
"""

from typing import Final

from headroom.learn.finders.phrases import Phrases

REJECTED: Final = Phrases(
    "user (?:doesn['’]t|does not) want to (?:proceed|take this action)",
    "user (?:has )?(?:rejected|denied|declined|refused|cancell?ed|dismissed|disallowed)",
    "user did not (?:allow|approve|grant|permit|confirm)",
    "(?:rejected|denied|declined|cancell?ed|refused) by (?:the )?user",
    "(?:tool use|tool call|command|operation|edit|patch) was (?:rejected|declined)",
    "patch rejected|exec command rejected",
    "exec_approval.{0,40}denied",
)
"""The user said no to a call."""

POLICY: Final = Phrases(
    "permission to use .{1,200}? (?:has been|was) denied",
    "permission for this (?:action|command|tool use) (?:has been|was) denied",
    "has been denied because",
    "denied by (?:policy|your|the|a) ?",
    "(?:requires?|required|needs?) (?:explicit |manual |interactive |your )?approval",
    "haven['’]t granted it yet",
    "not (?:allowed|permitted) by (?:the )?(?:policy|rules?|settings|configuration|sandbox)",
    "was blocked\\.? for security|may only .{1,60} the allowed working directories",
    "(?:blocked|denied|rejected|disabled) by (?:policy|(?:the )?sandbox|an? [\\w-]{1,20} ?hook|a? ?hook|permission"
    "|configuration|configured|admin|organi[sz]ation|your|safety|auto[- ]mode)",
    "blocked by (?:PreToolUse|pre-tool)",
    "PreToolUse:\\S{1,60} hook error",
    "hook (?:returned blocking error|denied|blocked)",
    "policy forbids",
    "rule (?:which|that) prevents you from using",
    "sandbox (?:denied|error|violation)",
    "denied by (?:the )?sandbox|failed in sandbox|sandbox.{0,40}(?:denied|blocked)",
    "approval policy|rejected by user approval settings|unacceptable risk",
    "requires user confirmation|cannot prompt for confirmation|cannot be prompted",
    "could not request permission|permission was declined|denied by permission rules",
    "tool use was denied|tool execution (?:denied|blocked)|tool call (?:denied|blocked)",
    "not allowed for security",
    "outside (?:of )?(?:the |your )?(?:allowed|workspace|working|project)",
    "(?:path|directory|folder) (?:is )?not in (?:the )?workspace|within the workspace director",
    "command (?:is )?(?:not allowed|rejected|blocked|forbidden|disallowed)",
    "plan mode.{0,60}(?:blocked|not allowed|cannot|read-only)",
    "network access to .{1,120}? (?:was|is) (?:blocked|denied)",
)
"""A rule, a hook, a sandbox or a missing approval stopped a call, in words that are an agent's own."""

REFUSAL: Final = Phrases(
    "permission|approv|denied|denies|declined|blocked|forbidden|disallow|not allowed|not permitted|refused"
    "|prohibited|rejected|restricted|unauthori[sz]ed|policy",
)
"""How an agent's own words sound where a call failed before anything ran."""

READ_ONLY: Final = Phrases("read-only file ?system|\\bEROFS\\b", "ist nur lesbar|Nur-Lese", "lecture seule")
"""The place cannot be written to."""

SYSTEM: Final = Phrases(
    "permission denied",
    "operation not permitted",
    "read-only file ?system",
    "access (?:to the path .{1,200}? )?(?:is )?denied",
    "EACCES|EPERM|EROFS",
    "PermissionError|PermissionDenied|UnauthorizedAccessException|AccessDenied",
    "PERMISSION_DENIED|\\(Forbidden\\)|is forbidden: User|not authorized to perform|403 Forbidden",
    "protected branch|remote rejected",
    "insufficient (?:permissions|privileges|access)|you (?:do not|don['’]t) have (?:the )?permission",
    "Keine Berechtigung",
    "Permission non accordée",
    "Permiso denegado",
    "Permesso negato",
    "Permissão negada",
    "許可がありません",
    "权限不够",
    "Отказано в доступе",
    "Vorgang nicht zulässig|Die Operation ist nicht erlaubt",
    "Zugriff verweigert|Accès refusé|Acceso denegado",
    "Opération non permise",
    "externally-managed-environment",
    "are you root\\?",
    "must be (?:run as )?root|(?:root|superuser) privileges|requires? (?:root|administrator)",
    "run (?:this )?as root",
)
"""The system's own rights stopped it."""

NEEDS_PASSWORD: Final = Phrases(
    "sudo: (?:a password is required|a terminal is required|no tty present|sorry, you must have a tty)",
    "is not in the sudoers file|is not allowed to (?:execute|run) .{1,120}? (?:as|on) ",
    "no new privileges. flag is set",
    "sudo: (?:ein Passwort ist notwendig|il est nécessaire de saisir|se requiere una contraseña)",
)
"""`sudo` asks what nobody is there to answer."""

NO_NETWORK: Final = Phrases(
    "could not resolve host|couldn['’]t resolve host",
    "temporary failure (?:in name resolution|resolving)",
    "name or service not known|nodename nor servname",
    "getaddrinfo (?:ENOTFOUND|EAI_AGAIN)",
    "ENETUNREACH|network is unreachable|network access is (?:disabled|blocked)",
    "dial (?:tcp|udp).{0,120}(?:no such host|operation not permitted|network is unreachable)",
    "unable to resolve host address|failed to lookup address information",
)
"""A host cannot be reached: what a sandbox without a network says, and what a lost connection does."""
