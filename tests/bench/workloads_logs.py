"""Logs as agents read them, with planted facts: an incident of several services, a kubelet, nginx, Java, a host.

Everything is made from a seed, so the same workload is the same text every time.
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.bench.needles import Needle, Workload

_START: Final = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
_PATHS: Final = ("/api/cart", "/api/cart/items", "/api/products", "/api/checkout", "/api/users/me", "/health")
_AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/122.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
    "kube-probe/1.29",
)


class _Log:
    """Lines in the making; the clock only goes forward."""

    def __init__(self, seed: int, stamp: Callable[[datetime], str]) -> None:
        self.chance = random.Random(seed)
        self.now = _START
        self.lines: list[str] = []
        self.needles: list[Needle] = []
        self._stamp = stamp

    def wait(self, seconds: float) -> None:
        """Let some time pass, at random, about so many seconds."""
        self.now += timedelta(seconds=self.chance.expovariate(1 / seconds))

    def say(self, form: str, **values: object) -> str:
        """Add an entry; `{t}` is its time. Returns its first line."""
        entry = form.format(t=self._stamp(self.now), **values)
        self.lines += entry.split("\n")
        return entry.partition("\n")[0]

    def hex(self, digits: int) -> str:
        """Return a random id of so many hex digits."""
        return f"{self.chance.getrandbits(4 * digits):0{digits}x}"

    def address(self) -> str:
        """Return a random private IPv4 address."""
        return f"10.42.{self.chance.randrange(8)}.{self.chance.randrange(2, 250)}"

    def latency(self) -> int:
        """Return a web request's milliseconds: mostly 5 to 250."""
        return min(250, int(self.chance.lognormvariate(3.4, 0.6)) + 3)

    def plant(self, kind: str, text: str) -> None:
        """Remember a fact that must survive."""
        self.needles.append(Needle(kind, text))  # type: ignore[arg-type]

    def done(self, name: str, command: str, query: str) -> Workload:
        """Return the workload."""
        text = "\n".join(self.lines) + "\n"
        return Workload(name, text, "Bash", json.dumps({"command": command}), query, tuple(self.needles))


def _iso(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}Z"


def incident(seed: int = 1, lines: int = 1100) -> Workload:
    """Several services; a migration takes a lock, the pool runs dry, checkout fails, a worker is killed."""
    log = _Log(seed, _iso)
    for at in range(lines):
        log.wait(1.1)
        _everyday(log)
        share = at / lines
        if 0.45 < share < 0.8 and log.chance.random() < 0.12:
            _symptom(log)
        _planted_in_incident(log, at, lines)
    query = f"Checkout fails since this morning; start with order {log.order}"  # type: ignore[attr-defined]
    return log.done("sre_incident", "docker compose logs --no-color --since 1h", query)


def _everyday(log: _Log) -> None:
    chance, trace = log.chance, log.hex(16)
    roll = chance.random()
    if roll < 0.55:
        log.say(
            "api-gateway-7d9f | {t} INFO  [http-{k}] request completed method={m} path={p} status=200 "
            "duration_ms={d} trace_id={x} client={a}",
            k=chance.randrange(16),
            m=chance.choice(("GET", "GET", "POST")),
            p=chance.choice(_PATHS),
            d=log.latency(),
            x=trace,
            a=log.address(),
        )
    elif roll < 0.72:
        log.say(
            "orders-svc-5c4b  | {t} INFO  order {o} state changed from {s} trace_id={x}",
            o=f"ord-{chance.randrange(100_000, 999_999)}",
            s=chance.choice(("new to paid", "paid to packed", "packed to shipped")),
            x=trace,
        )
    elif roll < 0.88:
        log.say(
            "inventory-6f8a   | {t} DEBUG cache {w} key=sku:{n} ttl={s}s",
            w=chance.choice(("hit", "hit", "hit", "miss")),
            n=chance.randrange(10_000, 99_999),
            s=chance.choice((60, 300, 900)),
        )
    else:
        log.say(
            "postgres-0       | {t} LOG:  checkpoint complete: wrote {n} buffers ({f:.1f}%); write={w:.3f} s",
            n=chance.randrange(20, 900),
            f=chance.random() * 6,
            w=chance.random() * 30,
        )


def _symptom(log: _Log) -> None:
    chance = log.chance
    log.say(
        "orders-svc-5c4b  | {t} ERROR failed to acquire connection from pool: timeout after {n}ms "
        "(active={a} idle=0 waiting={w}) trace_id={x}",
        n=5000 + chance.randrange(40),
        a=50,
        w=chance.randrange(3, 90),
        x=log.hex(16),
    )
    if chance.random() < 0.5:
        log.wait(0.02)
        log.say(
            "api-gateway-7d9f | {t} ERROR [http-{k}] upstream orders-svc returned 503 path=/api/checkout "
            "trace_id={x}",
            k=chance.randrange(16),
            x=log.hex(16),
        )


def _planted_in_incident(log: _Log, at: int, lines: int) -> None:
    """The facts: each stands once, at its place in the story."""
    share = {int(lines * place): place for place in (0.2, 0.31, 0.42, 0.44, 0.6, 0.7, 0.75)}.get(at)
    if share == 0.2:
        said = log.say(
            "inventory-6f8a   | {t} WARN  clock skew of 742 ms against ntp-2 detected, resync scheduled"
        )
        log.plant("rare", said)
    elif share == 0.31:
        slow = log.say(
            "api-gateway-7d9f | {t} INFO  [http-3] request completed method=GET path=/api/products status=200 "
            "duration_ms=9514 trace_id={x} client={a}",
            x=log.hex(16),
            a=log.address(),
        )
        log.plant("outlier", slow)
    elif share == 0.42:
        cause = log.say(
            "postgres-0       | {t} LOG:  process 4711 acquired AccessExclusiveLock on relation orders: "
            "migration 0042_add_tax_column running"
        )
        log.plant("rare", cause)
    elif share == 0.44:
        log.plant(
            "error", log.say("postgres-0       | {t} ERROR:  canceling statement due to lock timeout on orders")
        )
    elif share == 0.6:
        killed = log.say(
            "node-agent       | {t} ERROR kernel: Out of memory: Killed process 28113 (payment-worker) "
            "total-vm:4194304kB, anon-rss:2097152kB"
        )
        log.plant("error", killed)
        log.plant("error", "payment-worker")
    elif share == 0.7:
        log.order = f"ord-{log.chance.randrange(100_000, 999_999)}"  # type: ignore[attr-defined]
        moved = log.say(
            "orders-svc-5c4b  | {t} INFO  order {o} state changed from new to paid trace_id={x}",
            o=log.order,  # type: ignore[attr-defined]
            x=log.hex(16),
        )
        log.plant("query", moved)
    elif share == 0.75:
        log.plant("error", _panic(log))


def _panic(log: _Log) -> str:
    log.say(
        "payment-svc-9a1c | {t} FATAL unhandled panic in worker\n"
        "payment-svc-9a1c | panic: runtime error: invalid memory address or nil pointer dereference\n"
        "payment-svc-9a1c | goroutine 231 [running]:\n"
        "payment-svc-9a1c | main.(*Charger).capture(0x0, {{0xc0001, 0x24}})\n"
        "payment-svc-9a1c | \t/srv/payment/charge.go:118 +0x1d4\n"
        "payment-svc-9a1c | exit status 2"
    )
    return "payment-svc-9a1c | \t/srv/payment/charge.go:118 +0x1d4"


def kubernetes(seed: int = 2, lines: int = 1500) -> Workload:
    """klog of a kubelet: one image cannot be pulled, one probe fails, one pod is asked for."""
    log = _Log(seed, lambda now: f"{now:%m%d %H:%M:%S}.{now.microsecond:06}")
    for at in range(lines):
        log.wait(0.8)
        chance = log.chance
        pod = f"prod/{chance.choice(('web', 'api', 'worker'))}-{log.hex(8)}-{log.hex(5)}"
        if chance.random() < 0.6:
            log.say(
                'I{t}    1472 kubelet.go:2456] "SyncLoop (PLEG): event for pod" pod="{p}" type="{e}" data="{x}"',
                p=pod,
                e=chance.choice(("ContainerStarted", "ContainerStarted", "ContainerDied")),
                x=log.hex(12),
            )
        else:
            log.say(
                'I{t}    1472 reconciler_common.go:220] "operationExecutor.MountVolume started for volume '
                '\\"kube-api-access-{v}\\" (UniqueName: \\"{u}\\") pod \\"{p}\\""',
                v=log.hex(5),
                u=f"kubernetes.io/projected/{log.hex(8)}-{log.hex(4)}-{log.hex(4)}-{log.hex(4)}-{log.hex(12)}",
                p=pod,
            )
        if at == lines // 3:
            text = log.say(
                "E{t}    1472 kuberuntime_manager.go:1256] container &Container{{Name:api}} start failed in pod "
                'prod/api-6d5f: ErrImagePull: failed to pull image "shop/api:1.9.3": manifest unknown'
            )
            log.plant("error", text)
        if at == lines // 2:
            text = log.say(
                'I{t}    1472 kubelet.go:2456] "SyncLoop (PLEG): event for pod" pod="{p}" type="ContainerDied" '
                'data="{x}"',
                p="prod/ledger-5f6d7c-qx2lp",
                x=log.hex(12),
            )
            log.plant("query", text)
        if at == 2 * lines // 3:
            text = log.say(
                'W{t}    1472 eviction_manager.go:344] "Eviction manager: attempting to reclaim" memory'
            )
            log.plant("rare", text)
        if at % 97 == 5:
            log.say(
                'I{t}    1472 prober.go:107] "Probe failed" probeType="Readiness" pod="prod/web-0" '
                'probeResult="failure" output="HTTP probe failed with statuscode: 503"'
            )
    log.plant("error", "HTTP probe failed with statuscode: 503")
    return log.done("kubernetes", "kubectl logs -n kube-system kubelet-0", "what happened to ledger-5f6d7c-qx2lp?")


def access(seed: int = 3, lines: int = 1500) -> Workload:
    """nginx's access log with request times: few 5xx, one slow request, one odd client."""
    log = _Log(seed, lambda now: f"{now:%d/%b/%Y:%H:%M:%S} +0000")
    slow, odd, failed = lines // 3, lines // 2, {lines // 4, lines // 5 * 3, lines // 5 * 4}
    for at in range(lines):
        log.wait(0.5)
        chance = log.chance
        path, status, took = chance.choice(_PATHS), chance.choice((200,) * 30 + (304, 302)), log.latency() / 1000
        agent = chance.choice(_AGENTS)
        if at == slow:
            path, status, took = "/api/products", 200, 31.407
        elif at in failed:
            path, status = "/api/checkout", 502
        elif at == odd:
            agent = "sqlmap/1.7.2#stable"
        text = log.say(
            '{a} - - [{t}] "{m} {p} HTTP/1.1" {s} {n} "-" "{u}" {k:.3f}',
            a=log.address(),
            m=chance.choice(("GET", "GET", "GET", "POST")),
            p=f"{path}?sku={chance.randrange(10_000, 99_999)}" if path == "/api/products" else path,
            s=status,
            n=chance.randrange(200, 50_000),
            u=agent,
            k=took,
        )
        if at == slow:
            log.plant("outlier", text)
        elif at in failed:
            log.plant("error", text)
        elif at == odd:
            log.plant("rare", text)
        elif at == lines // 7 * 6:
            log.plant("query", text)
            client = text.partition(" ")[0]
    return log.done("nginx_access", "tail -n 1500 /var/log/nginx/access.log", f"what did the client {client} do?")


_JAVA_TRACE: Final = """{t} ERROR 7 --- [nio-8080-exec-{k}] c.e.shop.PaymentController : Payment {n} failed
java.lang.IllegalStateException: gateway refused
\tat com.example.shop.Payment.charge(Payment.java:{line})
\tat com.example.shop.Cart.checkout(Cart.java:41)
Caused by: java.net.SocketTimeoutException: Read timed out
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)
\t... 12 more"""


def java(seed: int = 4, lines: int = 1200) -> Workload:
    """A Spring application: the same chained exception many times, once from another line; a slow query."""
    log = _Log(seed, lambda now: f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 1000:03}")
    for at in range(lines):
        log.wait(0.6)
        chance = log.chance
        log.say(
            "{t}  INFO 7 --- [nio-8080-exec-{k}] c.e.shop.{c} : {m} in {n} ms",
            k=chance.randrange(10),
            c=chance.choice(("CartController", "CartController", "OrderService")),
            m=f"{chance.choice(('Cart', 'Order'))} {chance.randrange(9999)} saved",
            n=log.latency(),
        )
        if at % 60 == 30:
            log.say(_JAVA_TRACE, k=chance.randrange(10), n=chance.randrange(10_000), line=88)
        if at == 700:
            log.say(_JAVA_TRACE, k=3, n=4242, line=131)
            log.plant("error", "\tat com.example.shop.Payment.charge(Payment.java:131)")
            log.plant("query", "Payment 4242 failed")
        if at == 400:
            text = log.say("{t}  INFO 7 --- [nio-8080-exec-2] c.e.shop.OrderService : Order 77 saved in 12873 ms")
            log.plant("outlier", text)
        if at == 500:
            text = log.say(
                "{t}  WARN 7 --- [main] c.z.h.p.HikariPool : Thread starvation or clock leap (delta=47s)"
            )
            log.plant("rare", text)
    log.plant("error", "Caused by: java.net.SocketTimeoutException: Read timed out")
    return log.done("java_app", "tail -n 2000 logs/shop.log", "why did payment 4242 fail?")


def journald(seed: int = 5, lines: int = 1500) -> Workload:
    """A host's journal, short format: ssh attacks, timers, and one disk that fails."""
    log = _Log(seed, lambda now: f"{now:%b %d %H:%M:%S}")
    disk, rare, asked = lines // 3, lines // 2, lines // 5 * 4
    for at in range(lines):
        log.wait(3)
        chance = log.chance
        roll = chance.random()
        if roll < 0.5:
            log.say(
                "{t} shop-1 sshd[{p}]: Connection closed by {a} port {n} [preauth]",
                p=chance.randrange(1000, 99_999),
                a=log.address(),
                n=chance.randrange(1024, 65_000),
            )
        elif roll < 0.8:
            log.say(
                "{t} shop-1 CRON[{p}]: (root) CMD (/usr/local/bin/collect --metrics)", p=chance.randrange(9999)
            )
        else:
            log.say("{t} shop-1 systemd[1]: Started session-{n}.scope - Session {n} of User deploy.", n=at)
        if at == disk:
            text = log.say(
                "{t} shop-1 kernel: blk_update_request: I/O error, dev sda, sector 78234112 op 0x0:(READ)"
            )
            log.plant("error", text)
        elif at == rare:
            log.plant("rare", log.say("{t} shop-1 smartd[801]: Device: /dev/sda, 8 Currently unreadable sectors"))
        elif at == asked:
            log.plant(
                "query", log.say("{t} shop-1 systemd[1]: Reloading nginx.service - web server of the shop...")
            )
    return log.done("journald", "journalctl -n 1500 --no-pager", "when was nginx.service reloaded?")


WORKLOADS: Final[tuple[Callable[[int], Workload], ...]] = (incident, kubernetes, access, java, journald)
"""Each makes a workload from a seed."""
