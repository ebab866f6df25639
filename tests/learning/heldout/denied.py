"""Sessions in which something may not be done: by agent, sandbox, system, hook or server."""

import json

from tests.learning.session import Change, Expected, Look, Run, Session, Turn, Write

_LOOP = ("loop",)
_HOOK = """read -r call
case "$call" in *"npm publish"*)
  echo "Publishing is done by the release pipeline only; do not run npm publish." >&2; exit 2 ;; esac
exit 0"""
_HOOKED = {
    "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "bash .claude/no.sh"}]}]}
}
_PROTECTED = """git init -q --bare ../origin.git
printf '#!/bin/bash\\nwhile read old new ref; do [ "$ref" = refs/heads/main ] && {
  echo "GitLab: You are not allowed to push code to protected branches on this project."; exit 1; }; done
exit 0\\n' > ../origin.git/hooks/pre-receive
git init -q . && git add -A && git commit -qm start && git remote add origin ../origin.git
chmod +x ../origin.git/hooks/pre-receive"""
_PRE_COMMIT = """git init -q . && git add -A && git commit -qm start
printf '#!/bin/bash\\n[ -f .formatted ] || {
  echo "pre-commit: files are not formatted. Run make format first."; exit 1; }\\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit"""
_MAKE = "format:\n\t@touch .formatted; echo 'reformatted 1 file'\n"
_SUDO = """echo "sudo: a terminal is required to read the password; either use the -S option to read from" >&2
echo "standard input or configure an askpass helper" >&2; echo "sudo: a password is required" >&2; exit 1"""
_AS_NOBODY = 'exec /usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups /usr/bin/tee "$@"'
_DOCKER = """echo "permission denied while trying to connect to the Docker daemon socket at" >&2
echo "unix:///var/run/docker.sock: Get http://%2Fvar%2Frun%2Fdocker.sock/v1.47/containers/json:" >&2
echo "dial unix /var/run/docker.sock: connect: permission denied" >&2; exit 1"""
_EROFS = """echo "npm error code EROFS" >&2; echo "npm error syscall mkdir" >&2
echo "npm error path $PWD/node_modules" >&2
echo "npm error rofs EROFS: read-only file system, mkdir '$PWD/node_modules'" >&2; exit 226"""
_OPENCODE = {"agent": {"build": {"permission": {"bash": {"terraform apply*": "deny"}}}}}
_POLICY = """[[rule]]
toolName = "run_shell_command"
commandPrefix = "gcloud"
decision = "deny"
priority = 900
"""
_AWS = """echo "An error occurred (AccessDenied) when calling the DeleteObject operation: Access Denied" >&2
exit 254"""

DENIED = (
    Session(
        "no-push",
        "claude",
        "payments-api",
        arguments=("--permission-mode", "default", "--allowedTools", "Read", "Bash(git status:*)"),
        files={"payments/app.py": "x = 1\n"},
        setup="git init -q . && git add -A && git commit -qm start",
        turns=(
            Turn(
                "push this to origin, would you",
                (Run("git status --short"), Run("git push origin main"), Run("git push")),
                "I have no leave to push.",
            ),
        ),
        expected=(Expected("denied", ("git push",), also=_LOOP),),
    ),
    Session(
        "hook-says-no",
        "claude",
        "design-tokens",
        files={
            ".claude/settings.json": json.dumps(_HOOKED),
            ".claude/no.sh": _HOOK,
            "package.json": '{"name": "design-tokens", "version": "3.1.0"}\n',
        },
        turns=(
            Turn(
                "Publish 3.1.0",
                (Run("npm publish"), Run("npm publish --access public")),
                "A hook forbids it: the pipeline publishes.",
            ),
        ),
        expected=(Expected("denied", ("npm publish",), also=_LOOP),),
    ),
    Session(
        "no-network",
        "codex",
        "scout",
        arguments=("--sandbox", "workspace-write"),
        files={"README.md": "# Scout\n"},
        turns=(
            Turn(
                "add the robots parser as a submodule",
                (
                    Run("git ls-remote https://git.example.org/robots.git"),
                    Run("git clone https://git.example.org/robots.git vendor/robots"),
                ),
                "The sandbox has no network.",
            ),
        ),
        expected=(Expected("denied", (), also=_LOOP),),
    ),
    Session(
        "patch-refused",
        "codex",
        "geocoder",
        arguments=("--sandbox", "read-only"),
        files={"geo.py": "RADIUS = 6371\n"},
        turns=(
            Turn(
                "make the earth's radius a float",
                (
                    Run("cat geo.py"),
                    Change("geo.py", "RADIUS = 6371", "RADIUS = 6371.0"),
                    Run("sed -i 's/6371/6371.0/' geo.py"),
                ),
                "I may only read here.",
            ),
        ),
        expected=(Expected("denied", (), also=_LOOP),),
    ),
    Session(
        "gcloud-by-policy",
        "gemini",
        "platform",
        arguments=("-y", "--policy", "no-cloud.toml"),
        files={"no-cloud.toml": _POLICY, "clusters.md": "# Clusters\n"},
        turns=(
            Turn(
                "list our projects in Google Cloud",
                (Run("gcloud projects list"), Run("gcloud projects list --limit 5")),
                "gcloud is not allowed here.",
            ),
        ),
        expected=(Expected("denied", ("gcloud",), also=_LOOP),),
    ),
    Session(
        "not-approved",
        "qwen",
        "scheduler",
        arguments=("--approval-mode", "default"),
        files={"cron.toml": "every = '5m'\n"},
        turns=(
            Turn(
                "Restart the scheduler, it hangs",
                (Look("cron.toml"), Run("systemctl restart scheduler"), Run("service scheduler restart")),
                "I am not permitted to.",
            ),
        ),
        expected=(Expected("denied", ("restart",), also=_LOOP),),
    ),
    Session(
        "apply-denied",
        "opencode",
        "platform",
        files={"opencode.json": json.dumps(_OPENCODE), "envs/prod/main.tf": "terraform {}\n"},
        commands={"terraform": 'echo "Apply complete!"'},
        turns=(
            Turn(
                "apply the change to prod",
                (
                    Run("terraform apply -auto-approve envs/prod"),
                    Run("terraform apply envs/prod"),
                ),
                "I am not allowed to apply.",
            ),
        ),
        expected=(Expected("denied", ("terraform apply",), also=_LOOP),),
    ),
    Session(
        "tag-denied",
        "copilot",
        "press",
        arguments=("--allow-all-tools", "--deny-tool", "shell(git push)"),
        files={"VERSION": "1.9.0\n"},
        setup="git init -q . && git add -A && git commit -qm start && git tag v1.9.0",
        turns=(
            Turn(
                "push the tag",
                (Run("git tag"), Run("git push origin v1.9.0"), Run("git push --tags")),
                "Pushing is denied.",
            ),
        ),
        expected=(Expected("denied", ("git push",), also=_LOOP),),
    ),
    Session(
        "protected-branch",
        "claude",
        "invoicer",
        files={"tax.py": "VAT = 0.19\n"},
        setup=_PROTECTED,
        turns=(
            Turn(
                "VAT in Switzerland is 8.1 %. Change it, commit, push.",
                (
                    Change("tax.py", "VAT = 0.19", "VAT = 0.081"),
                    Run("git commit -qam 'Swiss VAT'"),
                    Run("git push origin main"),
                    Run("git push origin HEAD:swiss-vat"),
                ),
                "It is on the branch swiss-vat; main is protected.",
            ),
        ),
        expected=(Expected("denied", ("push", "main"), also=("missing-flag", "wrong-path")),),
    ),
    Session(
        "commit-hook",
        "codex",
        "stock-feed",
        files={"feed.py": "x=1\n", "Makefile": _MAKE},
        setup=_PRE_COMMIT + "\necho 'y=2' >> feed.py",
        turns=(
            Turn(
                "commit what I have",
                (
                    Run("git commit -qam 'Second field'"),
                    Run("make format"),
                    Run("git commit -qam 'Second field'"),
                ),
                "Committed after formatting.",
            ),
        ),
        expected=(
            Expected("denied", ("make format",), also=("missing-command", "missing-flag", "test-command", "loop")),
        ),
    ),
    Session(
        "sudo-password",
        "claude",
        "edge-proxy",
        files={"nginx/site.conf": "listen 443;\n"},
        commands={"sudo": _SUDO},
        turns=(
            Turn(
                "reload nginx with the new site config",
                (
                    Run("sudo nginx -t"),
                    Run("sudo systemctl reload nginx"),
                ),
                "sudo wants a password; please reload it yourself.",
            ),
        ),
        expected=(Expected("denied", ("sudo",), also=_LOOP),),
    ),
    Session(
        "hosts-file",
        "codex",
        "portal",
        files={"README.md": "# Portal\n"},
        commands={"tee": _AS_NOBODY},
        turns=(
            Turn(
                "point portal.test to this machine",
                (
                    Run("echo '127.0.0.1 portal.test' | tee -a /etc/hosts"),
                    Run("printf '127.0.0.1 portal.test\\n' | tee -a /etc/hosts > /dev/null"),
                ),
                "/etc/hosts is not mine to write.",
            ),
        ),
        expected=(Expected("denied", ("/etc/hosts",), also=_LOOP),),
    ),
    Session(
        "docker-socket",
        "gemini",
        "recorder",
        files={"compose.yaml": "services: {}\n"},
        commands={"docker": _DOCKER},
        turns=(
            Turn(
                "Welche Container laufen gerade?",
                (Run("docker ps"), Run("docker ps --all")),
                "Ich darf nicht mit dem Docker-Daemon sprechen.",
            ),
        ),
        expected=(Expected("denied", ("docker",), also=_LOOP),),
    ),
    Session(
        "read-only-mount",
        "opencode",
        "backoffice",
        files={"package.json": '{"dependencies": {"react": "19"}}\n'},
        commands={"npm": _EROFS},
        turns=(
            Turn(
                "install the packages",
                (Run("npm ci"), Run("df -h . | tail -1 | wc -l"), Run("npm ci")),
                "The file system is read-only here.",
            ),
        ),
        expected=(Expected("denied", ("npm ci",), also=_LOOP),),
    ),
    Session(
        "bucket",
        "qwen",
        "lakehouse",
        files={"buckets.md": "- raw\n- curated\n"},
        commands={"aws": _AWS},
        turns=(
            Turn(
                "delete last year's raw exports",
                (
                    Run("aws s3 rm s3://raw/2025/ --recursive"),
                    Run("aws s3 rm s3://raw/2025/01/ --recursive"),
                ),
                "I lack the permission to delete in that bucket.",
            ),
        ),
        expected=(Expected("denied", ("aws s3 rm",), also=_LOOP),),
    ),
    Session(
        "writes-declined",
        "claude",
        "docs-site",
        arguments=("--permission-mode", "default", "--disallowedTools", "Write", "Edit"),
        files={"index.md": "# Docs\n"},
        turns=(
            Turn(
                "add a page about quotas",
                (Write("quotas.md", "# Quotas\n"), Run("printf '# Quotas\\n' > quotas.md")),
                "I cannot write here.",
            ),
        ),
        expected=(Expected("denied", (), also=_LOOP),),
    ),
)
