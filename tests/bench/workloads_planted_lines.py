"""Easily lost facts in outputs that are lines, not records: logs, runs, listings, histories, pages."""

# ruff: noqa: E501 (lines as tools print them)

import json
import random
from collections.abc import Callable
from typing import Final, NamedTuple

from tests.bench.needles import Kind, Needle, Workload

_WORDS: Final = ("cart", "order", "price", "stock", "voucher", "refund", "parcel", "invoice", "label", "address")
_VERBS: Final = ("load", "save", "merge", "check", "render", "export", "sync", "parse")


class _Planted(NamedTuple):
    kind: Kind
    line: str
    needle: str
    """What of the line must stand, parts between tabs."""


class _Output(NamedTuple):
    command: str
    line: Callable[[random.Random, int], str]
    """An ordinary line, by its number."""
    facts: tuple[_Planted, ...]
    query: str
    answer: _Planted
    count: int = 900
    head: str = ""


def _time(number: int) -> str:
    return f"{8 + number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}"


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_VERBS)}_{chance.choice(_WORDS)}_{chance.randrange(1000)}"


def _app(chance: random.Random, n: int) -> str:
    return f"2026-03-14 {_time(n)} INFO worker-{chance.randrange(8)} handled {chance.choice(_WORDS)} in {chance.randrange(9, 90)} ms status=ok"


def _access(chance: random.Random, n: int) -> str:
    return (
        f"10.1.{chance.randrange(9)}.{chance.randrange(250)} - - [14/Mar/2026:{_time(n)} +0000] "
        f'"GET /{chance.choice(_WORDS)} HTTP/1.1" 200 {chance.randrange(800, 1900)} "-" "curl/8.5.0"'
    )


def _pytest(chance: random.Random, n: int) -> str:
    return f"tests/test_{_WORDS[n // 90]}.py::test_{_name(chance)} PASSED [{n * 100 // 900:3d}%]"


def _go_test(chance: random.Random, n: int) -> str:
    name = f"Test{chance.choice(_VERBS).title()}{chance.choice(_WORDS).title()}{n}"
    return f"=== RUN   {name}\n--- PASS: {name} (0.0{chance.randrange(9)}s)"


def _install(chance: random.Random, n: int) -> str:
    name = f"{chance.choice(_WORDS)}-{chance.choice(_VERBS)}-{n}"
    return f"Collecting {name}>=1.{chance.randrange(9)}\n  Downloading {name}-1.9-py3-none-any.whl ({chance.randrange(9, 90)} kB)"


def _docker(chance: random.Random, n: int) -> str:
    return f"#9 {n / 10:.3f} Unpacking lib{chance.choice(_WORDS)}{n}:amd64 (1.{chance.randrange(9)}-2) ..."


def _make(chance: random.Random, n: int) -> str:
    name = _name(chance)
    return f"cc -O2 -Wall -Iinclude -c -o build/{name}.o src/{name}.c"


def _grep(chance: random.Random, n: int) -> str:
    return f"src/{_WORDS[n // 90]}/{_VERBS[n % 90 // 12]}.py:{n % 12 * 17 + 3}:    {chance.choice(_WORDS)} = settings.get('{_name(chance)}')"


def _ls(chance: random.Random, n: int) -> str:
    return f"-rw-r--r-- 1 app app {chance.randrange(900, 9000):>6} Mar {chance.randrange(10, 29)} 1{n % 10}:30 {_name(chance)}_{n}.py"


def _find(chance: random.Random, n: int) -> str:
    return f"./apps/{_WORDS[n // 180]}/{_VERBS[n % 180 // 23]}/{_name(chance)}_{n}.ts"


def _git_log(chance: random.Random, n: int) -> str:
    return f"{chance.getrandbits(36):09x} {chance.choice(_VERBS).title()} the {chance.choice(_WORDS)} of the {chance.choice(_WORDS)}"


def _process(
    user: str, pid: int | str, usage: tuple[float, float], sizes: tuple[int, int], state: str, command: str
) -> str:
    cpu, mem = usage
    return f"{user:<8} {pid:>7} {cpu:>4} {mem:>4} {sizes[0]:>6} {sizes[1]:>5} {'?':<8} {state:<4} 08:00   0:01 {command}"


def _ps(chance: random.Random, n: int) -> str:
    usage = (chance.randrange(9) / 10, chance.randrange(9) / 10)
    sizes = (chance.randrange(9000, 19000), chance.randrange(900, 1900))
    return _process("app", 1000 + n, usage, sizes, "S", f"/srv/shop/bin/worker --queue {chance.choice(_WORDS)}")


def _terraform(chance: random.Random, n: int) -> str:
    return f'aws_route53_record.{chance.choice(_WORDS)}["{_name(chance)}"]: Refreshing state... [id=Z{n:05d}]'


def _diff(chance: random.Random, n: int) -> str:
    a, b, *around = [f"{_name(chance)} += {n}" for _ in range(8)]
    start = n % 30 * 20 + 1
    lines = [f"@@ -{start},7 +{start},7 @@", *(f"     {text}" for text in around[:3]), f"-    {a}", f"+    {b}"]
    lines += [f"     {text}" for text in around[3:]]
    if n % 30 == 0:
        path = f"src/{_WORDS[n // 30 % 10]}/{_name(chance)}.py"
        head = [f"diff --git a/{path} b/{path}", "index 1234567..89abcde 100644", f"--- a/{path}", f"+++ b/{path}"]
        lines = head + lines
    return "\n".join(lines)


def _prose(chance: random.Random, n: int) -> str:
    said = f"The {chance.choice(_WORDS)} {chance.choice(_VERBS)}s each {chance.choice(_WORDS)} before the {chance.choice(_WORDS)} is {chance.choice(_VERBS)}ed"
    return f"## Part {n // 15}\n" if n % 15 == 0 else f"{said}, and the {chance.choice(_WORDS)} follows it.\n"


def _page(chance: random.Random, n: int) -> str:
    if n % 15 == 0:
        return f'<h2 class="title is-2">Part {n // 15}</h2>'
    return f'<p class="body text-sm"><a href="/docs/{_name(chance)}">{chance.choice(_WORDS).title()}</a>s {chance.choice(_VERBS)} the {chance.choice(_WORDS)} of a {chance.choice(_WORDS)}.</p>'


_OUTPUTS: Final[dict[str, _Output]] = {
    "application log": _Output(
        "tail -n 1000 app.log",
        _app,
        (
            _Planted(
                "error",
                "2026-03-14 {t} INFO worker-3 handled voucher in 31 ms status=denied",
                "{t}\tstatus=denied",
            ),
            _Planted(
                "error", "2026-03-14 {t} INFO worker-5 child 4711 gone, exit 137", "child 4711 gone, exit 137"
            ),
            _Planted("error", "2026-03-14 {t} INFO sync of shard 7 failed, will be tried again", "shard 7 failed"),
            _Planted("outlier", "2026-03-14 {t} INFO worker-1 handled stock in 8431 ms status=ok", "{t}\t8431 ms"),
            _Planted("outlier", "2026-03-14 {t} INFO worker-2 handled price in NaN ms status=ok", "NaN ms"),
            _Planted("outlier", "2026-03-14 {t} INFO worker-2 handled refund in -4 ms status=ok", "-4 ms"),
            _Planted("rare", "2026-03-14 {t} INFO worker-77 handled parcel in 40 ms status=ok", "worker-77"),
            _Planted(
                "rare",
                "2026-03-14 {t} INFO feature flag new_checkout switched on by ops",
                "new_checkout switched on",
            ),
        ),
        "Since when is the kettle campaign live?",
        _Planted("query", "2026-03-14 {t} INFO worker-4 handled kettle in 44 ms status=ok", "{t}\tkettle"),
    ),
    "access log": _Output(
        "cat access.log",
        _access,
        (
            _Planted(
                "error",
                '10.1.2.3 - - [14/Mar/2026:{t} +0000] "GET /cart HTTP/1.1" 500 12 "-" "curl/8.5.0"',
                '{t}\t" 500 12',
            ),
            _Planted(
                "error",
                '10.1.2.3 - - [14/Mar/2026:{t} +0000] "GET /admin HTTP/1.1" 403 9 "-" "curl/8.5.0"',
                "{t}\t/admin\t403",
            ),
            _Planted(
                "outlier",
                '10.1.4.9 - - [14/Mar/2026:{t} +0000] "GET /price HTTP/1.1" 200 981244 "-" "curl/8.5.0"',
                "{t}\t981244",
            ),
            _Planted(
                "rare",
                '10.1.4.9 - - [14/Mar/2026:{t} +0000] "DELETE /stock HTTP/1.1" 200 1100 "-" "curl/8.5.0"',
                "{t}\tDELETE /stock",
            ),
            _Planted(
                "rare",
                '10.1.1.9 - - [14/Mar/2026:{t} +0000] "GET /label HTTP/1.1" 200 1000 "-" "nikto/2.5"',
                "{t}\tnikto",
            ),
        ),
        "Did 203.0.113.77 get in?",
        _Planted(
            "query",
            '203.0.113.77 - - [14/Mar/2026:{t} +0000] "GET /cart HTTP/1.1" 200 1200 "-" "curl/8.5.0"',
            "203.0.113.77\t{t}",
        ),
    ),
    "pytest": _Output(
        "pytest -v",
        _pytest,
        (
            _Planted("error", "tests/test_price.py::test_sum_of_{k} FAILED [ 41%]", "test_sum_of_{k}\tFAILED"),
            _Planted(
                "rare", "tests/test_price.py::test_tax_of_{k} XPASS (fixed?) [ 52%]", "test_tax_of_{k}\tXPASS"
            ),
            _Planted(
                "rare",
                "tests/test_price.py::test_gift_{k} SKIPPED (needs a printer) [ 52%]",
                "test_gift_{k}\tSKIPPED",
            ),
            _Planted("error", "tests/test_stock.py::test_shelf_{k} ERROR [ 62%]", "test_shelf_{k}\tERROR"),
        ),
        "does refund window policy have a test?",
        _Planted(
            "query", "tests/test_refund.py::test_refundWindowPolicy PASSED [ 63%]", "test_refundWindowPolicy"
        ),
        head="============================= test session starts ==============================",
    ),
    "go test": _Output(
        "go test -v ./...",
        _go_test,
        (
            _Planted(
                "error",
                "=== RUN   TestDrop{k}\n    drop_test.go:41: got 3 rows, want 4\n--- FAIL: TestDrop{k} (0.02s)",
                "drop_test.go:41: got 3 rows, want 4",
            ),
            _Planted("outlier", "=== RUN   TestSlow{k}\n--- PASS: TestSlow{k} (48.21s)", "TestSlow{k} (48.21s)"),
            _Planted(
                "rare",
                "=== RUN   TestGpu{k}\n    gpu_test.go:9: no device\n--- SKIP: TestGpu{k} (0.00s)",
                "gpu_test.go:9: no device",
            ),
        ),
        "is there a test of the kettle discount?",
        _Planted(
            "query", "=== RUN   TestKettleDiscount\n--- PASS: TestKettleDiscount (0.01s)", "TestKettleDiscount"
        ),
        500,
    ),
    "pip install": _Output(
        "pip install -r requirements.txt",
        _install,
        (
            _Planted(
                "error",
                "  Building wheel for shop-rates (setup.py) did not run successfully, exit status: 1",
                "shop-rates (setup.py) did not run successfully",
            ),
            _Planted(
                "error",
                "shop-web 2.0 requires pydantic>=2, but you have pydantic 1.10 which is incompatible.",
                "pydantic 1.10 which is incompatible",
            ),
            _Planted("rare", "  Using legacy 'setup.py install' for parcel-{k}", "parcel-{k}"),
            _Planted(
                "outlier", "  Downloading torchling-2.1-py3-none-any.whl (2451.7 MB)", "torchling-2.1\t2451.7 MB"
            ),
        ),
        "which version of kettle-sdk do we get?",
        _Planted("query", "  Downloading kettle_sdk-3.4.{k}-py3-none-any.whl (31 kB)", "kettle_sdk-3.4.{k}"),
        400,
    ),
    "docker build": _Output(
        "docker build --progress=plain .",
        _docker,
        (
            _Planted("error", "#9 44.100 /bin/sh: 1: node-gyp: not found", "node-gyp: not found"),
            _Planted("error", "#9 45.100 Segmentation fault (core dumped)", "Segmentation fault (core dumped)"),
            _Planted("rare", "#9 51.204 dpkg: libssl{k}: downgrading from 3.1 to 1.1", "libssl{k}: downgrading"),
        ),
        "which libkettle is in the image?",
        _Planted("query", "#9 61.200 Unpacking libkettle{k}:amd64 (7.2-1) ...", "libkettle{k}:amd64 (7.2-1)"),
        head="#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\n#9 [2/5] RUN apt-get install -y build-essential",
    ),
    "make": _Output(
        "make -j4",
        _make,
        (
            _Planted(
                "error",
                "src/cart.c:{k}:9: undefined reference to `cart_lock'",
                "src/cart.c:{k}:9: undefined reference to `cart_lock'",
            ),
            _Planted(
                "error",
                "make: *** [Makefile:{k}: build/cart.o] Terminated",
                "Makefile:{k}: build/cart.o] Terminated",
            ),
            _Planted("rare", "src/stock.c:{k}:4: warning: unused variable 'shelf'", "unused variable 'shelf'"),
            _Planted("rare", "cc -O0 -g -Wall -Iinclude -c -o build/odd_{k}.o src/odd_{k}.c", "-O0 -g\todd_{k}"),
        ),
        "is kettle.c compiled at all?",
        _Planted("query", "cc -O2 -Wall -Iinclude -c -o build/kettle.o src/kettle.c", "src/kettle.c"),
    ),
    "grep": _Output(
        "grep -rn settings src",
        _grep,
        (
            _Planted(
                "error",
                "src/price/lock.py:{k}:        raise SettingsLocked('settings held by {k}')",
                "raise SettingsLocked('settings held by {k}')",
            ),
            _Planted("rare", "deploy/prod.env:7:SETTINGS_HOST=10.9.0.{k}", "SETTINGS_HOST=10.9.0.{k}"),
        ),
        "where is the kettle discount set?",
        _Planted(
            "query",
            "src/price/terms.py:{k}:    rate = settings.get('kettleDiscount', {k})",
            "kettleDiscount', {k}",
        ),
    ),
    "ls": _Output(
        "ls -la src",
        _ls,
        (
            _Planted("outlier", "-rw-r--r-- 1 app app 98123456 Mar 12 10:30 core.{k}", "98123456\tcore.{k}"),
            _Planted("rare", "-rwsr-xr-x 1 root root   4096 Mar 12 10:30 helper_{k}", "-rwsr-xr-x\thelper_{k}"),
            _Planted("rare", "lrwxrwxrwx 1 app app     11 Mar 12 10:30 current -> rel-{k}", "current -> rel-{k}"),
        ),
        "is there a file about kettles?",
        _Planted("query", "-rw-r--r-- 1 app app   2100 Mar 12 10:30 kettle_rules.py", "kettle_rules.py"),
        head="total 9000",
    ),
    "find": _Output(
        "find ./apps -type f",
        _find,
        (
            _Planted("rare", "./apps/price/dump-{k}.sqlite3", "dump-{k}.sqlite3"),
            _Planted("rare", "./apps/stock/sync/core.{k}", "core.{k}"),
            _Planted("error", "find: ‘./apps/private-{k}’: Permission denied", "private-{k}’: Permission denied"),
        ),
        "where is the refund window policy?",
        _Planted("query", "./apps/order/check/refundWindowPolicy.ts", "refundWindowPolicy.ts"),
        1800,
    ),
    "git log": _Output(
        "git log --oneline",
        _git_log,
        (
            _Planted(
                "rare", '0{k}abcde1 Revert "Sync the stock of the order"', 'Revert "Sync the stock of the order"'
            ),
            _Planted("rare", "0{k}abcde2 Rotate the leaked deploy key", "Rotate the leaked deploy key"),
        ),
        "which commit touched the kettle discount?",
        _Planted("query", "0{k}abcde3 Check the kettle discount of the voucher", "0{k}abcde3\tkettle discount"),
    ),
    "ps": _Output(
        "ps aux",
        _ps,
        (
            _Planted(
                "rare", _process("app", "6{k}", (0.1, 0.2), (0, 0), "Z", "[worker] <defunct>"), "6{k}\t<defunct>"
            ),
            _Planted(
                "outlier",
                _process(
                    "app", "7{k}", (99.8, 61.4), (8812340, 912340), "R", "/srv/shop/bin/worker --queue price"
                ),
                "7{k}\t8812340",
            ),
            _Planted(
                "rare",
                _process("nobody", "8{k}", (0.1, 0.2), (12000, 1500), "S", "/tmp/.x/miner"),
                "8{k}\t/tmp/.x/miner",
            ),
        ),
        "is the kettle queue served?",
        _Planted(
            "query",
            _process("app", "9{k}", (0.1, 0.2), (12000, 1500), "S", "/srv/shop/bin/worker --queue kettle"),
            "9{k}\t--queue kettle",
        ),
        head="USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND",
    ),
    "terraform": _Output(
        "terraform plan -no-color",
        _terraform,
        (
            _Planted("error", "│ InvalidChangeBatch: duplicate record www{k}", "duplicate record www{k}"),
            _Planted(
                "rare", "  # aws_db_instance.main{k} must be replaced", "aws_db_instance.main{k} must be replaced"
            ),
            _Planted("rare", "Plan: 1 to add, 0 to change, 1 to destroy.", "1 to destroy"),
        ),
        "is there a record for the kettle shop?",
        _Planted("query", 'aws_route53_record.label["kettle"]: Refreshing state... [id=ZK{k}]', '"kettle"\tZK{k}'),
    ),
    "diff": _Output(
        "git diff",
        _diff,
        (
            _Planted("rare", "@@ -801,1 +801,1 @@\n-    timeout = 30\n+    timeout = 30{k}", "timeout = 30{k}"),
            _Planted("error", "@@ -811,0 +811,1 @@\n+    assert False, 'not reached {k}'", "not reached {k}"),
        ),
        "what changed for kettles?",
        _Planted("query", "@@ -821,1 +821,1 @@\n-    kettle = {k}\n+    kettle = None", "kettle = None"),
        600,
    ),
    "web page": _Output(
        "curl -s https://docs.example.com/all",
        _page,
        (
            _Planted(
                "error",
                "<p>Calling <code>drop{k}</code> twice fails and loses the basket.</p>",
                "twice fails and loses the basket",
            ),
            _Planted("outlier", "<p>At most 90{k} parcels fit.</p>", "90{k} parcels"),
        ),
        "how long does a kettle voucher last?",
        _Planted("query", "<p>A voucher for a kettle lasts {k} days.</p>", "kettle lasts {k} days"),
        600,
        "<!DOCTYPE html><html><head><title>Docs</title></head><body>",
    ),
    "prose": _Output(
        "curl -s https://docs.example.com/all.md",
        _prose,
        (
            _Planted(
                "error", "Calling drop{k} twice fails and loses the basket.\n", "twice fails and loses the basket"
            ),
            _Planted("outlier", "At most 90{k} parcels fit.\n", "90{k} parcels"),
        ),
        "how long does a kettle voucher last?",
        _Planted("query", "A voucher for a kettle lasts {k} days.\n", "kettle lasts {k} days"),
        400,
    ),
}


def _maker(name: str) -> Callable[[int], Workload]:
    output = _OUTPUTS[name]

    def make(seed: int) -> Workload:
        chance = random.Random(f"{name} {seed}")
        lines = [output.line(chance, number) for number in range(output.count)]
        planted = [*output.facts, output.answer]
        spots = chance.sample(range(output.count // 10, output.count * 9 // 10), len(planted))
        needles = []
        for at, fact in zip(spots, planted, strict=True):
            time, key = _time(at), str(100 + (seed * 37 + at) % 900)
            lines[at] += "\n" + _filled(fact.line, time, key)
            needles.append(Needle(fact.kind, _filled(fact.needle, time, key), f"{name}: {fact.needle}"))
        text = "\n".join([*filter(None, [output.head]), *lines]) + "\n"
        tool_input = json.dumps({"command": output.command})
        return Workload(f"planted: {name}", text, "Bash", tool_input, output.query, tuple(needles))

    return make


def _filled(text: str, time: str, key: str) -> str:
    return text.replace("{t}", time).replace("{k}", key)


LINES: Final[dict[str, Callable[[int], Workload]]] = {name: _maker(name) for name in _OUTPUTS}
"""Makers by name; each takes a seed."""
