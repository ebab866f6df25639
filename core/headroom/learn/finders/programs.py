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
        "pytest, py.test, python -m pytest, python -m unittest, unittest, nose2, tox, nox, hatch test,",
        "jest, vitest, mocha, ava, karma, npm test, npm t, npm run test, pnpm test, pnpm run test, yarn",
        "test, yarn run test, bun test, bun run test, deno test, node --test, cypress run, playwright",
        "test, ng test, cargo test, cargo nextest, cargo t, go test, gotestsum, make test, make check,",
        "make tests, just test, task test, mvn test, mvn verify, mvnw test, mvnw verify, gradle test,",
        "gradle check, gradlew test, gradlew check, dotnet test, rspec, rake test, rake spec, rails",
        "test, phpunit, pest, artisan test, mix test, swift test, ctest, bazel test, flutter test, dart",
        "test, sbt test, lein test, manage.py test, stack test, cabal test, zig build test, nx test,",
        "turbo test, turbo run test, invoke test, inv test, poe test, meson test, composer test, rebar3",
        "eunit, minitest",
    )
)
_TESTS: Final = {name: tuple(run for run in _TEST_RUNS if run[0] == name) for name, *_ in _TEST_RUNS}
"""By their first word."""
_TEST_SCRIPTS: Final = word_set(
    "test tests run_tests run-tests runtests test_all test-all run_test run-test unittest",
)
EXPECTED: Final = frozenset(
    {"grep", "rg", "egrep", "fgrep", "ag", "ack", "zgrep", "pgrep", "diff", "cmp", "colordiff", "test", "[", "[["}
    | {
        "which",
        "where",
        "type",
        "command",
        "whereis",
        "hash",
        "false",
        "expr",
        "pidof",
        "pkill",
        "kill",
        "killall",
    }
    | {"true", "sleep", "wait", "timeout", "read", "lsof"}
)
"""Programs that say no by their exit code."""
LOOKS: Final = word_set(
    "which type man whereis where ls find echo cat hash file stat",
)
"""Programs that are told a program's name without running it."""
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


def is_same_purpose(one: str, other: str) -> bool:
    """Whether two programs, as `purposes` returns them, do the same."""
    return one != other and any(one in group and other in group for group in _SAME_PURPOSE)


def spoken(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command's words by names alone: ("python", "-m", "pytest") for `/usr/bin/python3 -m pytest`."""
    return (stem(words[0]), *words[1:]) if words else ()


@lru_cache(maxsize=4096)
def runner(invocation: Invocation) -> tuple[str, ...]:
    """Return the words of a command up to those that say that it runs tests; none where it runs none."""
    words = spoken(invocation.words)
    if any(word in INSTALLS for word in words[:3]) or words[0] in _NO_TESTS:
        return ()
    for start, word in enumerate(words[:7]):
        name = base(word)
        rest = tuple(word for word in words[start + 1 :] if not word.startswith("-") or word in ("-m", "--test"))
        test = next((test for test in _TESTS.get(name, ()) if rest[: len(test) - 1] == test[1:]), None)
        if test:
            return invocation.words[: words.index(test[-1], start) + 1 if len(test) > 1 else start + 1]
        if start < 2 and (name.rpartition(".")[0] or name) in _TEST_SCRIPTS and "/" in invocation.words[start]:
            return invocation.words[: start + 1]
        if start and word.startswith(("test:", "tests:")) and words[0] in ("npm", "pnpm", "yarn", "bun", "make"):
            return invocation.words[: start + 1]
    return ()


def is_test_run(invocation: Invocation) -> bool:
    """Whether a command runs tests."""
    return bool(runner(invocation))
