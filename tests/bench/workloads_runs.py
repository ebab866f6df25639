"""Test runs and builds as agents read them, mostly green, with planted failures, warnings and answers.

Everything is made from a seed, so the same workload is the same text every time.
"""

import json
import random
from collections.abc import Callable
from typing import Final

from tests.bench.needles import Kind, Needle, Workload

_PARTS: Final = (
    "cart",
    "orders",
    "prices",
    "stock",
    "refunds",
    "shipping",
    "users",
    "taxes",
    "mail",
    "audit",
    "search",
)
_VERBS: Final = ("adds", "removes", "rounds", "merges", "sorts", "loads", "saves", "counts", "splits", "renders")
_THINGS: Final = (
    "line",
    "total",
    "voucher",
    "address",
    "invoice",
    "currency",
    "parcel",
    "discount",
    "page",
    "label",
)


class _Report:
    """Lines in the making, and what must survive of them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lines: list[str] = []
        self.needles: list[Needle] = []

    def say(self, *lines: str) -> None:
        self.lines += lines

    def plant(self, kind: Kind, *lines: str) -> None:
        """Say something that must survive."""
        self.say(*lines)
        self.needles += [Needle(kind, line.strip()) for line in lines if line.strip()]

    def plant_as(self, kind: Kind, line: str, needle: str) -> None:
        """Say a line of which a part must survive, or several parts, between tabs."""
        self.say(line)
        self.needles.append(Needle(kind, needle))

    def test(self) -> str:
        """Return a test's name in snake case."""
        return f"{self.chance.choice(_VERBS)}_{self.chance.choice(_THINGS)}_{self.chance.randrange(1000)}"

    def done(self, name: str, command: str, query: str) -> Workload:
        text = "\n".join(self.lines) + "\n"
        return Workload(name, text, "Bash", json.dumps({"command": command}), query, tuple(self.needles))


def _spots(chance: random.Random, count: int, total: int) -> set[int]:
    return set(chance.sample(range(total // 10, total - 10), count))


def pytest_verbose(seed: int = 1, tests: int = 2000) -> Workload:
    """`pytest -v`: three failures, a rerun, a warning."""
    report = _Report(seed)
    chance = report.chance
    failing = sorted(_spots(chance, 3, tests))
    rerun = chance.randrange(tests // 2, tests - 20)
    asked = chance.randrange(20, tests // 10)
    report.say("=" * 29 + " test session starts " + "=" * 30)
    report.say("platform linux -- Python 3.12.3, pytest-8.4.1, pluggy-1.6.0 -- /srv/shop/.venv/bin/python")
    report.say("rootdir: /srv/shop", f"collecting ... collected {tests} items", "")
    blocks = []
    for number in range(tests):
        file = f"tests/unit/test_{_PARTS[number * len(_PARTS) // tests]}.py"
        name = "test_ledger_balances_after_chargeback" if number == asked else f"test_{report.test()}"
        body, share = f"{file}::{name}", f" [{(number + 1) * 100 // tests:3d}%]"
        if number in failing:
            got, want = chance.randrange(100, 999), chance.randrange(1000, 9999)
            report.plant_as("error", f"{body} FAILED{share.rjust(79 - len(body) - 7)}", f"{name}\tFAILED")
            blocks.append((file, name, got, want, chance.randrange(10, 400)))
        elif number == rerun:
            report.plant_as("rare", f"{body} RERUN{share.rjust(79 - len(body) - 6)}", f"{name}\tRERUN")
        elif number == asked:
            report.plant_as("query", f"{body} PASSED{share.rjust(79 - len(body) - 7)}", f"{name}\tPASSED")
        else:
            report.say(f"{body} PASSED{share.rjust(79 - len(body) - 7)}")
    report.say("", "=" * 35 + " FAILURES " + "=" * 35)
    for file, name, got, want, line in blocks:
        report.plant("error", f" {name} ".center(80, "_"))
        report.say("", f"    def {name}():", "        cart = make_cart(lines=3)")
        report.plant("error", f">       assert cart.total() == {want}", f"E       assert {got} == {want}")
        report.say(f"E        +  where {got} = total()", "")
        report.plant("error", f"{file}:{line}: AssertionError")
        report.say("-" * 29 + " Captured stdout call " + "-" * 29, f"loaded {got} rates from the cache")
    report.say("=" * 31 + " warnings summary " + "=" * 31, "tests/unit/test_prices.py::test_rates")
    report.plant("rare", "  /srv/shop/shop/rates.py:22: DeprecationWarning: rate() is deprecated, use lookup()")
    report.say(
        "    return rate(code)", "", "-- Docs: https://docs.pytest.org/en/stable/how-to/capture-warnings.html"
    )
    report.say("=" * 27 + " short test summary info " + "=" * 28)
    for file, name, got, want, _ in blocks:
        report.plant("error", f"FAILED {file}::{name} - assert {got} == {want}")
    report.plant("error", f"====== 3 failed, {tests - 3} passed, 1 warning, 1 rerun in 41.87s ======")
    return report.done("pytest", "pytest -v --reruns 1", "does the ledger still balance after a chargeback?")


def jest_verbose(seed: int = 2, tests: int = 900) -> Workload:
    """`jest --verbose`: two failures, one very slow test, a skipped one."""
    report = _Report(seed)
    chance = report.chance
    failing, slow, skipped = _spots(chance, 2, tests), chance.randrange(30, 80), chance.randrange(100, 130)
    asked = chance.randrange(135, 160)
    blocks: list[tuple[str, int]] = []
    for number in range(tests):
        part = _PARTS[number * len(_PARTS) // tests]
        if number == 0 or part != _PARTS[(number - 1) * len(_PARTS) // tests]:
            is_red = any(_PARTS[at * len(_PARTS) // tests] == part for at in failing)
            report.say(
                *([""] if number else []), f"{'FAIL' if is_red else 'PASS'} src/{part}/{part}.test.ts", f"  {part}"
            )
        name = report.test().replace("_", " ")
        if number in failing:
            report.plant("error", f"    ✕ {name} ({chance.randrange(9, 60)} ms)")
            blocks.append((f"{part} › {name}", chance.randrange(10, 300)))
        elif number == slow:
            slowest = f"{name} ({chance.randrange(21_000, 58_000)} ms)"
            report.plant_as("outlier", f"    ✓ {slowest}", f"✓\t{slowest}")
        elif number == skipped:
            report.plant("rare", f"    ○ skipped {name}")
        elif number == asked:
            bookmark = "restores the basket from a bookmark (4 ms)"
            report.plant_as("query", f"    ✓ {bookmark}", f"✓\t{bookmark}")
        else:
            report.say(f"    ✓ {name} ({chance.randrange(1, 12)} ms)")
    for name, line in blocks:
        want, got = chance.randrange(1000, 9999), chance.randrange(100, 999)
        report.say("")
        report.plant("error", f"  ● {name}", "    expect(received).toBe(expected) // Object.is equality")
        report.plant("error", f"    Expected: {want}", f"    Received: {got}")
        report.say(
            "", f"    > {line} |   expect(cart.total()).toBe({want});", "         |                        ^", ""
        )
        report.plant("error", f"      at Object.<anonymous> (src/cart/cart.test.ts:{line}:24)")
    report.say("")
    report.plant("error", f"Tests:       2 failed, 1 skipped, {tests - 3} passed, {tests} total")
    report.say("Snapshots:   0 total", "Time:        58.112 s")
    return report.done("jest", "npx jest --verbose", "is the basket restored from a bookmark?")


def cargo_test(seed: int = 3, tests: int = 1200) -> Workload:
    """`cargo test` of a workspace, from the first dependency to the verdict."""
    report = _Report(seed)
    chance = report.chance
    failing, ignored = _spots(chance, 2, tests), chance.randrange(10, 60)
    report.say("    Updating crates.io index".replace("crates.io", "`internal`"))
    for _ in range(180):
        crate = f"{chance.choice(_THINGS)}-{chance.choice(_VERBS)} v{chance.randrange(3)}.{chance.randrange(40)}.0"
        report.say(f"  Downloaded {crate}" if chance.random() < 0.4 else f"   Compiling {crate}")
    report.plant("error", "warning: unused variable: `rate`")
    report.plant("error", "  --> crates/prices/src/lib.rs:118:9")
    report.say(
        "   |",
        "118 |     let rate = lookup(code);",
        "   |         ^^^^ help: prefix it with an underscore: `_rate`",
        "",
    )
    report.say(
        "    Finished `test` profile [unoptimized + debuginfo] target(s) in 74.31s", "", f"running {tests} tests"
    )
    names = []
    for number in range(tests):
        name = f"{chance.choice(_PARTS)}::tests::{report.test()}"
        if number in failing:
            names.append(name)
            report.plant("error", f"test {name} ... FAILED")
        elif number == ignored:
            report.plant("rare", f"test {name} ... ignored, needs a database")
        else:
            report.say(f"test {name} ... ok")
    report.say("", "failures:", "")
    for name in names:
        left, line = chance.randrange(1000), chance.randrange(10, 900)
        report.plant("error", f"---- {name} stdout ----")
        report.plant("error", f"thread '{name}' panicked at crates/cart/src/lib.rs:{line}:9:")
        report.plant(
            "error", "assertion `left == right` failed: three for two", f"  left: {left}", f" right: {left + 7}"
        )
        report.say("note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace", "")
    report.say("", "failures:", *(f"    {name}" for name in names), "")
    report.plant(
        "error", f"test result: FAILED. {tests - 3} passed; 2 failed; 1 ignored; 0 measured; 0 filtered out"
    )
    report.say("", "error: test failed, to rerun pass `-p shop --lib`")
    return report.done("cargo test", "cargo test --workspace", "why do the cart tests fail?")


def maven(seed: int = 4, classes: int = 160) -> Workload:
    """`mvn verify` with an empty local repository: a failing test, a warning of the compiler."""
    report = _Report(seed)
    chance = report.chance
    report.say(
        "[INFO] Scanning for projects...", "[INFO] ", "[INFO] ---------------< com.example:shop >---------------"
    )
    for number in range(500):
        url = f"https://repo.example.com/maven2/org/{chance.choice(_THINGS)}/{chance.choice(_VERBS)}/1.{number}/a-1.{number}"
        report.say(f"[INFO] Downloading from central: {url}.pom")
        report.say(f"[INFO] Downloaded from central: {url}.pom ({chance.randrange(2, 90)} kB at 1.2 MB/s)")
    report.say("[INFO] --- compiler:3.11.0:compile (default-compile) @ shop ---")
    report.plant(
        "rare",
        "[WARNING] /srv/shop/src/main/java/shop/Rates.java:[41,17] lookup(String) in shop.Rates is deprecated",
    )
    report.say("[INFO] -------------------------------------------------------", "[INFO]  T E S T S")
    red = chance.randrange(20, classes)
    for number in range(classes):
        name = f"shop.{chance.choice(_PARTS).title()}{chance.choice(_THINGS).title()}{number}Test"
        report.say(f"[INFO] Running {name}")
        if number != red:
            seconds = chance.randrange(5, 90) / 1000
            report.say(
                f"[INFO] Tests run: 9, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: "
                f"{seconds:.3f} s -- in {name}"
            )
            continue
        method, line = "discountAppliesOnce", chance.randrange(20, 200)
        report.plant("error", f"[ERROR] {name}.{method} -- Time elapsed: 0.007 s <<< FAILURE!")
        report.plant(
            "error", "org.opentest4j.AssertionFailedError: three for two ==> expected: <10> but was: <15>"
        )
        report.say("\tat org.junit.jupiter.api.AssertEquals.assertEquals(AssertEquals.java:150)")
        report.plant("error", f"\tat {name}.{method}({name.rpartition('.')[2]}.java:{line})")
    report.say("[INFO] ", "[INFO] Results:", "[INFO] ")
    report.plant(
        "error", f"[ERROR] Tests run: {classes * 9}, Failures: 1, Errors: 0, Skipped: 0", "[INFO] BUILD FAILURE"
    )
    return report.done("maven", "mvn -B verify", "fix the build")


_TYPES: Final = (
    "error TS2322: Type 'string' is not assignable to type 'number'.",
    "error TS2345: Argument of type 'string | undefined' is not assignable to parameter of type 'string'.",
    "error TS7006: Parameter 'event' implicitly has an 'any' type.",
    "error TS2304: Cannot find name 'Money'.",
    "error TS18048: 'order.customer' is possibly 'undefined'.",
)


def tsc(seed: int = 5, errors: int = 300) -> Workload:
    """`tsc --noEmit` after a change of types: three hundred errors of six kinds, one of them alone of its kind."""
    report = _Report(seed)
    chance = report.chance
    odd, asked = chance.randrange(40, errors), chance.randrange(3, 36)
    files = sorted(f"src/{part}/{chance.choice(_VERBS)}{chance.choice(_THINGS).title()}.ts" for part in _PARTS * 4)
    line = 0
    for number in range(errors):
        file = files[number * len(files) // errors]
        line += chance.randrange(1, 9)
        spot = f"({line},{chance.randrange(1, 60)})"
        if number == odd:
            said = f"{spot}: error TS2589: Type instantiation is excessively deep and possibly infinite."
            report.plant_as("rare", file + said, said)
        elif number == asked:
            said = f"{spot}: error TS2339: Property 'vatRate' does not exist on type 'Invoice'."
            report.plant_as("query", file + said, said)
        else:
            report.say(f"{file}{spot}: {chance.choice(_TYPES)}")
    report.needles += [Needle("error", text) for text in _TYPES]
    report.needles += [Needle("error", file) for file in sorted(set(files[: errors * len(files) // errors]))]
    return report.done("tsc", "npx tsc --noEmit", "add vatRate to Invoice")


def npm_install(seed: int = 6, packages: int = 600) -> Workload:
    """`npm install --loglevel http` with deprecations and one peer conflict."""
    report = _Report(seed)
    chance = report.chance
    at = set(chance.sample(range(packages), 8))
    for number in range(packages):
        name = f"{chance.choice(_THINGS)}-{chance.choice(_VERBS)}-{number}"
        report.say(
            f"npm http fetch GET 200 https://registry.example.com/{name} "
            f"{chance.randrange(20, 400)}ms (cache miss)"
        )
        if number in at:
            report.plant(
                "rare",
                f"npm warn deprecated {name}@{chance.randrange(9)}.0.1: no longer maintained, use @{name}/core",
            )
    report.plant("error", "npm error code ERESOLVE", "npm error ERESOLVE unable to resolve dependency tree")
    report.plant("error", "npm error Found: react@18.3.1", 'npm error   react@"^18" from the root project')
    report.plant("error", 'npm error peer react@"17.0.2" from react-dom@17.0.2')
    return report.done("npm install", "npm install --loglevel http", "why can it not be installed?")


def docker_build(seed: int = 7, packages: int = 250) -> Workload:
    """`docker build --progress=plain` that fails at its last step."""
    report = _Report(seed)
    chance = report.chance
    report.say(
        "#1 [internal] load build definition from Dockerfile",
        "#1 transferring dockerfile: 512B done",
        "#1 DONE 0.0s",
        "",
    )
    report.say("#4 [1/5] FROM docker.io/library/python:3.12-slim")
    for number in range(120):
        report.say(f"#4 sha256:{chance.getrandbits(64):016x} {number / 3:.1f}MB / 41.2MB {number / 10:.1f}s")
    report.say("#4 DONE 12.1s", "", "#5 [2/5] RUN apt-get update && apt-get install -y build-essential")
    seconds = 0.4
    for number in range(packages):
        name = f"lib{chance.choice(_THINGS)}{number}"
        for said in (
            "Selecting previously unselected package {}.",
            "Unpacking {} (1.0-2) ...",
            "Setting up {} (1.0-2) ...",
        ):
            seconds += 0.03
            report.say(f"#5 {seconds:.3f} {said.format(name)}")
        if number == packages // 2:
            report.plant(
                "rare", f"#5 {seconds:.3f} W: Some index files failed to download, old ones used instead."
            )
    report.say(
        f"#5 DONE {seconds:.1f}s", "", "#6 [3/5] COPY . .", "#6 DONE 0.2s", "", "#7 [4/5] RUN pip install ."
    )
    for number in range(60):
        report.say(f"#7 {number / 10:.3f} Collecting {chance.choice(_THINGS)}-{number}>=1.{number}")
        report.say(
            f"#7 {number / 10:.3f}   Downloading {chance.choice(_THINGS)}_{number}-2.0-py3-none-any.whl (91 kB)"
        )
    report.plant(
        "error", "#7 8.104 ERROR: Could not find a version that satisfies the requirement shop-rates==4.2"
    )
    report.plant(
        "error", '#7 ERROR: process "/bin/sh -c pip install ." did not complete successfully: exit code: 1'
    )
    report.say("------", " > [4/5] RUN pip install .:")
    report.plant("error", "8.104 ERROR: Could not find a version that satisfies the requirement shop-rates==4.2")
    report.say("------", "Dockerfile:9")
    report.plant(
        "error", "   9 | >>> RUN pip install .", "ERROR: failed to solve: process did not complete: exit code: 1"
    )
    return report.done("docker build", "docker build --progress=plain .", "why does the image not build?")


WORKLOADS: Final[tuple[Callable[[int], Workload], ...]] = (
    *(pytest_verbose, jest_verbose, cargo_test, maven, tsc, npm_install, docker_build),
)
"""Each makes a workload from a seed."""
