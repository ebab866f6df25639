"""Refusals in the words of the agents, the systems and their languages."""

import pytest

from headroom.learn.finders import denials
from headroom.learn.finders.denials import NEEDS_PASSWORD, NO_NETWORK, POLICY, READ_ONLY, REJECTED, SYSTEM
from headroom.learn.finders.phrases import Phrases

SAID = {
    "rejected": (
        REJECTED,
        "The user doesn't want to proceed with this tool use. The tool use was rejected",
        "The user doesn't want to take this action right now.",
        "The user rejected permission to use this specific tool call.",
        "exec command rejected by user",
        "patch rejected by user",
        "[Operation Cancelled] Reason: User did not allow tool call",
        "User denied execution.",
        "User rejected this operation.",
    ),
    "policy": (
        POLICY,
        "This command requires approval",
        "This Bash command contains multiple operations. The following parts require approval: a, b",
        "Claude requested permissions to use WebFetch, but you haven't granted it yet.",
        "Permission to use Bash has been denied because Claude Code is running in don't ask mode.",
        "Permission for this action has been denied. Reason: x",
        "Permission for this tool use was denied. It requires approval, and this session has no approval surface",
        "ls in '/etc' was blocked. For security, Claude Code may only list files in the allowed working",
        "PreToolUse:Bash hook error: [guard.sh]: use pnpm",
        "Command blocked by PreToolUse hook: no. Command: npm i",
        "`rm -rf /` rejected: blocked by policy",
        "rejected: policy forbids commands starting with `rm`",
        "approval policy is Never; reject command",
        "Command denied by sandbox: x",
        "writing is blocked by read-only sandbox; rejected by user approval settings",
        'Network access to "x" was blocked by policy.',
        'Tool execution for "Shell" denied by policy.',
        'Tool execution for "Shell" requires user confirmation, which is not supported in non-interactive mode.',
        "Path not in workspace: Attempted path",
        "Access denied: Path 'x' is outside the workspace and not in allowed paths.",
        "Command 'rm' is blocked by permission rules",
        "Plan mode blocked a non-read-only tool call.",
        "The user has specified a rule which prevents you from using this specific tool call.",
        "Permission denied and could not request permission from user",
    ),
    "system": (
        SYSTEM,
        "mkdir: cannot create directory '/x': Permission denied",
        "touch: /x: Operation not permitted",
        "Access to the path 'C:\\x' is denied.",
        "PermissionError: [Errno 13]",
        "Error from server (Forbidden): pods is forbidden",
        "User: arn is not authorized to perform: s3:ListBucket",
        "! [remote rejected] main -> main (protected branch hook declined)",
        "E: Unable to acquire the dpkg frontend lock, are you root?",
        "mkdir: kann Verzeichnis nicht anlegen: Keine Berechtigung",
        "Zugriff verweigert",
        "This command requires root privileges",
    ),
    "read-only": (READ_ONLY, "touch: cannot touch 'x': Read-only file system", "EROFS: read-only"),
    "password": (
        NEEDS_PASSWORD,
        "sudo: a password is required",
        "sudo: a terminal is required to read the password",
        "bob is not in the sudoers file.",
        'sudo: The "no new privileges" flag is set',
    ),
    "network": (
        NO_NETWORK,
        "curl: (6) Could not resolve host: pypi.org",
        "npm error getaddrinfo EAI_AGAIN registry",
        "Temporary failure in name resolution",
        "dial tcp: lookup proxy.golang.org: no such host",
        "fatal: unable to access: Could not resolve host: github.com",
    ),
}


@pytest.mark.parametrize(("table", "text"), [(row[0], text) for row in SAID.values() for text in row[1:]])
def test_what_is_said_is_known(table: Phrases, text: str) -> None:
    assert table.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "3 requests were blocked in the ad list",
        "The user service rejects unknown ids",
        "Approving the pull request",
        "permissions.py: 3 tests passed",
        "rights are granted to all users",
        "cannot find host in table",
    ],
)
def test_other_words_deny_nothing(text: str) -> None:
    assert not any(row[0].search(text) for row in SAID.values())


def test_the_tables_take_the_short_cut() -> None:
    assert all(table.hints for table in vars(denials).values() if isinstance(table, Phrases))
