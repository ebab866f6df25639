"""What is known of programs: which do the same, which run tests, whose exit codes are no failures. Tables."""

from functools import lru_cache
from typing import Final

from headroom.learn.finders.commands import Invocation, base, stem
from headroom.learn.finders.tables import phrases, word_set

_SAME_PURPOSE: Final = tuple(
    frozenset(names.split(", "))
    for names in (
        "python, py, pypy, uv run python, poetry run python, pdm run python",
        "pip, python -m pip, uv pip, pipx, py -m pip, poetry, uv, pdm, conda, mamba",
        "npm, pnpm, yarn, bun, corepack pnpm, corepack yarn",
        "npx, pnpm dlx, pnpm exec, bunx, yarn dlx, npm exec, yarn exec",
        "node, bun, deno, nodejs, tsx, ts-node",
        "docker, podman, nerdctl",
        "docker-compose, docker compose, podman-compose, podman compose",
        "rg, grep, ag, ack, git grep, egrep",
        "fd, find, fdfind",
        "make, gmake, just, task, ninja",
        "gradle, gradlew",
        "mvn, mvnw",
        "sed, gsed",
        "timeout, gtimeout",
        "awk, gawk, mawk",
        "date, gdate",
        "wget, curl",
        "bat, cat, batcat",
        "tree, find, ls, fd",
        "ls, dir, Get-ChildItem",
        "cat, type, Get-Content",
        "grep, findstr, Select-String",
        "rm, del, Remove-Item",
        "cp, copy, Copy-Item",
        "mv, move, Move-Item",
        "which, where, Get-Command",
        "touch, New-Item",
        "uvx, pipx run, uv tool run",
        "ruff, uv run ruff, python -m ruff",
        "code, codium, cursor",
        "heroku, fly",
        "psql, pgcli",
        "convert, magick",
        "hugo, npx hugo",
        "brew, apt-get, apt, dnf, yum, apk, pacman",
        "service, systemctl",
        "ping, nc, curl",
        "dig, nslookup, host, getent",
        "zip, 7z, tar",
        "pbcopy, xclip, wl-copy, clip",
        "eza, ls, exa",
        "jest, vitest",
        "vi, vim, nvim, nano",
        "gcc, cc, clang",
        "g++, c++, clang++",
        "kubectl, k3s kubectl, oc, minikube kubectl, microk8s kubectl",
        "terraform, tofu",
        "md5, md5sum",
        "sha256sum, shasum",
        "open, xdg-open",
        "nc, ncat, netcat",
        "ifconfig, ip",
        "netstat, ss",
        "apt, apt-get, brew, dnf, yum, apk",
        "pytest, python -m pytest, uv run pytest",
    )
)

_TEST_RUNS: Final = tuple(
    tuple(name.split())
    for name in phrases(
        "pytest, py.test, python -m pytest, python -m unittest, unittest, nose2, tox, nox, hatch test",
        "jest, vitest, mocha, ava, karma, npm test, npm t, npm run test, pnpm test, pnpm run test, pnpm t",
        "yarn test, yarn run test, bun test, bun run test, deno test, deno task test, node --test",
        "cypress run, playwright test, ng test, cargo test, cargo nextest, cargo t, go test, gotestsum",
        "make test, make check, make tests, just test, task test, mise test, mvn test, mvn verify, mvnw test",
        "mvnw verify, gradle test, gradle check, gradlew test, gradlew check, dotnet test, rspec, rake test",
        "rake spec, rails test, phpunit, pest, artisan test, composer test, mix test, swift test, ctest",
        "bazel test, flutter test, dart test, sbt test, lein test, manage.py test, stack test, cabal test",
        "zig build test, nx test, turbo test, turbo run test, invoke test, inv test, poe test, meson test",
        "rebar3 eunit, rebar3 ct, minitest, bats, busted, xcodebuild test, ant test, mage test, tap",
    )
)
_TESTS: Final = {name: tuple(run for run in _TEST_RUNS if run[0] == name) for name, *_ in _TEST_RUNS}
"""By their first word."""
_TASK_RUNNERS: Final = word_set("npm pnpm yarn bun make gmake just task rake composer mage poe inv invoke mise")
_RUN_TASKS: Final = word_set(
    "docker docker-compose podman tox nox hatch pdm poetry uv rye gradle gradlew mvn mvnw sbt lein mix cmake",
    "ninja bazel nx turbo lerna deno php bash sh python python3 node npx bundle rails dotnet devbox nix pants",
)
_TEST_TASKS: Final = word_set("tests unit e2e spec specs integration unittest unittests unit-test unit-tests")
_TEST_SCRIPTS: Final = word_set(
    "test tests run_tests run-tests runtests test_all test-all run_test run-test unittest",
)
EXPECTED: Final = word_set(
    "grep rg egrep fgrep ag ack zgrep pgrep diff cmp colordiff test [ [[ which where type command whereis hash",
    "false expr pidof pkill kill killall true sleep wait timeout read lsof",
)
"""Programs that say no by their exit code."""
LOOKS: Final = word_set(
    "which type man whereis where ls find echo cat hash file stat",
)
"""Programs that are told a program's name without running it."""
SEARCHES: Final = word_set(
    "find fd fdfind locate grep rg egrep fgrep ag ack du tree stat readlink realpath",
)
"""Programs that go through folders and pass by what they may not read."""
WRITES: Final = word_set(
    "touch mkdir rmdir rm cp mv ln tee dd install rsync truncate mkfifo mktemp unzip tar patch New-Item",
    "Remove-Item Copy-Item Move-Item Set-Content Out-File md del copy move",
)
"""Programs that change the files that they name."""
_WRAPPERS: Final = word_set("sudo doas timeout gtimeout nice nohup stdbuf xargs time env command ionice setsid")
_TAKE_A_VALUE: Final = frozenset({"-u", "-g", "-k", "-s", "-n", "--user", "--signal"})
_INSTALLERS: Final = word_set(
    "npm pnpm yarn bun pip uv poetry pdm pipx conda mamba cargo go gem bundle composer apt apt-get brew dnf",
    "yum apk pacman python mix dotnet rustup nvm asdf corepack deno choco winget scoop",
)
_REWRITES: Final = word_set("black isort prettier gofmt goimports rustfmt patch dos2unix autopep8 clang-format")
_REWRITING: Final = word_set("--write --fix --in-place -w fmt format fix generate codegen migrate autofix")
_GIT_CHANGES: Final = word_set(
    "checkout switch restore reset stash pull merge rebase apply am cherry-pick revert clean mv rm"
)
INSTALLS: Final = word_set(
    "install add i upgrade uninstall remove update download search",
)


_NO_TESTS: Final = LOOKS | EXPECTED | word_set("git cd sed head tail mkdir rm wc touch cp mv tree")
"""Programs that may name a test without running it."""


def purposes(invocation: Invocation) -> str:
    """Return the words that play a program's part, as `_SAME_PURPOSE` names it: "docker compose", "pip"."""
    words = (stem(invocation.words[0]), *invocation.words[1:])
    for length in (3, 2):
        name = " ".join(words[:length])
        if len(words) >= length and any(name in group for group in _SAME_PURPOSE):
            return name
    return words[0]


def unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command's words without the programs that only run it: `apt-get` for `sudo -n apt-get`."""
    while len(words) > 1 and base(words[0]) in _WRAPPERS:
        at = 1
        while at < len(words) and (words[at].startswith("-") or words[at][:1].isdigit() or "=" in words[at]):
            has_value = words[at] in _TAKE_A_VALUE and not (
                words[at] == "-n" and base(words[0]) in ("sudo", "doas")
            )
            at += 1 + has_value
        if at >= len(words):
            break
        words = words[at:]
    return words


def is_same_purpose(one: str, other: str) -> bool:
    """Whether two programs, as `purposes` returns them, do the same."""
    return one != other and any(one in group and other in group for group in _SAME_PURPOSE)


def spoken(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command's words by names alone: ("python", "-m", "pytest") for `/usr/bin/python3 -m pytest`."""
    return (stem(words[0]), *words[1:]) if words else ()


_PLACES: Final = word_set(
    "-f -C -F -w -pl --file --prefix --cwd --dir --directory --filter --workspace --manifest-path --project",
    "workspace",
)
"""What follows these says where to run, not what."""


def _operands(words: tuple[str, ...]) -> tuple[str, ...]:
    kept = []
    is_place = False
    for word in words:
        if not is_place and word not in _PLACES and (not word.startswith("-") or word in ("-m", "--test")):
            kept.append(word)
        is_place = word in _PLACES
    return tuple(kept)


@lru_cache(maxsize=4096)
def runner(invocation: Invocation) -> tuple[str, ...]:
    """Return the words of a command up to those that say that it runs tests; none where it runs none."""
    words = spoken(invocation.words)
    if any(word in INSTALLS for word in words[:3]) or words[0] in _NO_TESTS:
        return ()
    for start, word in enumerate(words[:7]):
        name = base(word)
        rest = _operands(words[start + 1 :])
        test = next((test for test in _TESTS.get(name, ()) if rest[: len(test) - 1] == test[1:]), None)
        if test:
            return invocation.words[: words.index(test[-1], start) + 1 if len(test) > 1 else start + 1]
        if start < 2 and (name.rpartition(".")[0] or name) in _TEST_SCRIPTS and "/" in invocation.words[start]:
            return invocation.words[: start + 1]
        is_task = word in _TEST_TASKS or word.startswith(("test:", "tests:", "test-", "tests-", "test_"))
        if start and is_task and words[0] in _TASK_RUNNERS:
            return invocation.words[: start + 1]
    return ()


def is_change(invocation: Invocation) -> bool:
    """Whether a command changes files by its own account, installs something, or brings back other versions."""
    words = unwrapped(invocation.words)
    program, more = base(words[0]), words[1:]
    if (invocation.target and not invocation.target.startswith("/tmp/")) or program in WRITES - {"mkdir"}:
        return True
    if program in ("sed", "perl", "ruby", "gsed"):
        return any(word.startswith(("-i", "--in-place", "-pi")) for word in more)
    if program == "git":
        return any(word in _GIT_CHANGES for word in more[:3])
    is_install = is_installer(program) and any(word in INSTALLS for word in more[:4])
    return is_install or program in _REWRITES or any(word in _REWRITING for word in more[:6])


def is_installer(program: str) -> bool:
    """Whether a program is a package manager."""
    return stem(program) in _INSTALLERS


def may_run_tests(invocation: Invocation) -> bool:
    """Whether a command may run tests under another name: a script, a container, or a task of a task runner."""
    words = unwrapped(invocation.words)
    name = base(words[0])
    return name not in _NO_TESTS and ("/" in words[0] or name in _TASK_RUNNERS or name in _RUN_TASKS)


def is_test_run(invocation: Invocation) -> bool:
    """Whether a command runs tests."""
    return bool(runner(invocation))
